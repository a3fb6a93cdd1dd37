/**
 * The catalogue's texts made into functions.
 *
 * They need two things: names in braces, and forms divided by ` | `. vue-i18n's own compiler knows a
 * dozen more, weighs seven kilobytes, and is left out of the build (vite.config.ts).
 */
import type { MessageContext, MessageFunction } from 'vue-i18n'

/** What vue-i18n hands to a compiled message; its published type leaves out what only compilers use. */
interface Context extends MessageContext {
  normalize: (parts: unknown[]) => string
  interpolate: (value: unknown) => unknown
}

type Form = (context: Context) => string

export function compileMessage(message: unknown): MessageFunction {
  const forms = String(message).split(' | ').map(compileForm)
  const [only] = forms
  const choose = (context: Context) =>
    forms.length === 1 && only ? only(context) : context.plural(forms.map((form) => form(context)))
  return choose as unknown as MessageFunction
}

/** "about {count} rows": the texts at even places, the names between them. */
function compileForm(form: string): Form {
  const parts = form.split(/\{(\w+)\}/)
  return (context) =>
    context.normalize(
      parts.map((part, at) => (at % 2 === 0 ? part : context.interpolate(valueOf(context, part)))),
    )
}

/** Vuetify's own texts have their values by number. */
function valueOf(context: Context, name: string): unknown {
  return /^\d+$/.test(name) ? context.list(Number(name)) : context.named(name)
}
