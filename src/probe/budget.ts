/** How long each step may take, milliseconds. One silent step must leave time for the next. */
export interface Budget {
  readonly dnsMs: number;
  readonly tcpMs: number;
  readonly tlsMs: number;
  readonly sipMs: number;
  /** SIP over UDP has nothing below it to wait for, and needs time to send again. */
  readonly udpMs: number;
  /** How long to listen for a refusal where no SIP is spoken. */
  readonly admissionMs: number;
}

/** Step budgets of facts §4.2, shortened so that all steps fit into the time of one examination. */
export function budgetOf(timeoutMs: number): Budget {
  const share = (ms: number, part: number): number => Math.min(ms, Math.floor(timeoutMs * part));
  return {
    dnsMs: share(5_000, 0.5),
    tcpMs: share(5_000, 0.25),
    tlsMs: share(10_000, 0.35),
    sipMs: share(10_000, 0.35),
    udpMs: share(32_000, 0.9),
    admissionMs: share(1_000, 0.35),
  };
}
