/** A text with the user names and passwords taken out of its URLs. A user name alone stays where it is none to keep: `ssh://git@host`. */
export function withoutCredentials(text: string): string {
  return text.replaceAll(/(https?:\/\/)[^\s/@'"`]+@/g, '$1').replaceAll(/(\w:\/\/[^\s/:@'"`]+):[^\s/@'"`]+@/g, '$1@');
}
