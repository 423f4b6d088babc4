/** A page without the one script that it may name. */
export function withoutOurScript(page: string): string {
  return page.replace(/<script src="\.{1,2}\/page\.js" defer><\/script>/, '');
}
