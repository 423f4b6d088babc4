/** What the answer to our OPTIONS said; texts of the peer are printable and cut. */
export interface SipFacts {
  readonly requestUri: string;
  /** The status code of the final answer; null when there was none. */
  readonly status: number | null;
  readonly reason: string | null;
  readonly provisional: number;
  readonly server: string | null;
  readonly retryAfterSeconds: number | null;
  readonly warning: string | null;
  readonly allow: string | null;
  /** Every `ms-diagnostics` and `ms-diagnostics-public` line, in order. */
  readonly diagnostics: readonly string[];
}
