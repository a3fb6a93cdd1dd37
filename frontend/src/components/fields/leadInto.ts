/** Every pixel of a field's frame leads into it; what is something of its own does what it does. */
export function leadInto(event: MouseEvent): void {
  const { target, currentTarget: frame } = event
  if (!(target instanceof Element) || !(frame instanceof Element)) return
  if (target.closest('button, input, select, textarea, label, a, [popover]')) return
  const input = frame.querySelector<HTMLElement>('input:not([type=radio], [hidden]), textarea')
  input?.focus()
  input?.click()
}
