/** What opening the connection showed; the step holds the rest. */
export interface TcpFacts {
  readonly family: 4 | 6;
}
