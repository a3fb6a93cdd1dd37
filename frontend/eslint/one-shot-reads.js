/**
 * Refuses to read the page once, where it may still change: what `await` brings out of a locator or a page as a
 * plain value is what stood there at that moment, on a busy machine the moment before the one that was meant.
 *
 * Types tell: a call of a locator or a page, or of a function that is given one, whose answer is made of texts,
 * numbers and booleans alone. It may stand in `expect.poll(…)` and `expect(async () => …).toPass()`, which look
 * until it holds. The functions named in the options do that themselves. A function that is given the page and
 * returns what it read there is a single look, however many it is made of: whoever awaits it is held to this.
 */
const OF_THE_PAGE = new Set(['Page', 'Locator', 'FrameLocator'])
const LOOK_AGAIN = new Set(['poll', 'toPass'])

export default {
  meta: {
    type: 'problem',
    schema: [{ type: 'object', properties: { settled: { type: 'array' } } }],
    messages: {
      once:
        'This reads the page once, and it may still change. Use an assertion that waits (`toHaveText`, `toHaveCount`), ' +
        '`expect.poll`, or `textOf` and `settled` of portal.ts for what is remembered.',
    },
  },
  create(context) {
    const services = context.sourceCode.parserServices
    const checker = services.program.getTypeChecker()
    const settled = new Set(context.options[0]?.settled)

    function isOfThePage(node) {
      return OF_THE_PAGE.has(services.getTypeAtLocation(node).symbol?.name)
    }

    function looksAtThePage({ callee, arguments: given }) {
      if (callee.type === 'Identifier' && settled.has(callee.name)) return false
      const receiver = callee.type === 'MemberExpression' ? [callee.object] : []
      return [...receiver, ...given].some(isOfThePage)
    }

    /** What comes of a promise of this type is made of texts, numbers and booleans alone. */
    function isPlainOnceAwaited(type) {
      const answer = checker.getAwaitedType(type)
      return answer !== undefined && isPlain(checker, answer)
    }

    function isLook(declared) {
      if (!declared?.params.some(isOfThePage)) return false
      const [signature] = services.getTypeAtLocation(declared).getCallSignatures()
      return isPlainOnceAwaited(checker.getReturnTypeOfSignature(signature))
    }

    return {
      AwaitExpression(node) {
        const { argument, parent } = node
        if (argument.type !== 'CallExpression' || parent.type === 'ExpressionStatement') return
        const ancestors = context.sourceCode.getAncestors(node)
        if (!looksAtThePage(argument) || isLookedAtAgain(ancestors, settled)) return
        if (isLook(ancestors.findLast(isFunction))) return
        const asked = services.getTypeAtLocation(argument)
        if (isPlainOnceAwaited(asked)) context.report({ node, messageId: 'once' })
      },
    }
  },
}

/** The function that it stands in is called until what it looks for is there. */
function isLookedAtAgain(ancestors, settled) {
  return ancestors.some((one, at) => {
    if (one.type !== 'CallExpression' || !ancestors.slice(at).some(isFunction)) return false
    // `expect(async () => …).toPass()` has the function in what it is called on, the others in their arguments.
    const { callee } = one
    return callee.type === 'MemberExpression'
      ? LOOK_AGAIN.has(callee.property.name)
      : settled.has(callee.name)
  })
}

function isFunction({ type }) {
  return /Function(Expression|Declaration)$/.test(type)
}

/** Made of texts, numbers and booleans alone, lists and plain objects of them among it. */
function isPlain(checker, type) {
  if (type.isUnion()) return type.types.every((one) => isPlain(checker, one))
  const name = checker.typeToString(checker.getBaseTypeOfLiteralType(type))
  if (['string', 'number', 'boolean', 'null', 'undefined', 'any'].includes(name)) return true
  if (checker.isArrayType(type) || checker.isTupleType(type)) {
    return checker.getTypeArguments(type).every((one) => isPlain(checker, one))
  }
  const isObject = type.symbol?.name === '__type' || type.symbol?.name === '__object'
  return (
    isObject && type.getProperties().every((one) => isPlain(checker, checker.getTypeOfSymbol(one)))
  )
}
