const width = 20;

/** `examining  ██████──────────────  6 of 20`: how far something is, for `Io.progress`. */
export function progressLine(what: string, done: number, of: number): string {
  const filled = of === 0 ? width : Math.floor((width * done) / of);
  return `${what}  ${'█'.repeat(filled)}${'─'.repeat(width - filled)}  ${String(done)} of ${String(of)}`;
}

/** Shows how far a list is, whenever that looks different: a terminal takes longer to write than a line to read. */
export function progressOf(what: string, show: (text: string) => void): (done: number, of: number) => void {
  let shown = -1;
  return (done, of) => {
    const part = of === 0 ? 100 : Math.floor((100 * done) / of);
    if (part === shown) return;
    shown = part;
    show(progressLine(what, done, of));
  };
}
