function dotsIn(name: string): number {
  let dots = 0;
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) dots += 1;
  return dots;
}

/** Names with the number of labels of the longest: no name has to be looked at further than that. */
export class Domains {
  readonly #names: ReadonlySet<string>;
  readonly #mostDots: number;

  constructor(names: readonly string[]) {
    this.#names = new Set(names);
    this.#mostDots = names.reduce((most, each) => Math.max(most, dotsIn(each)), 0);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Whether one of the names is an end of this host that starts with a label, or with the dot before one. */
  endsAt(host: string, dotted: boolean): boolean {
    let dot = host.length;
    for (let dots = 0; dot > 0 && dots <= this.#mostDots; dots += 1) {
      dot = host.lastIndexOf('.', dot - 1);
      if (dot === -1) return !dotted && this.#names.has(host);
      if (this.#names.has(host.slice(dotted ? dot : dot + 1))) return true;
    }
    return false;
  }
}
