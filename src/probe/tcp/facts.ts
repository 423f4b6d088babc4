/** What opening the connection showed; the step holds the rest. */
export interface TcpFacts {
  readonly family: 4 | 6;
  /** An SBC of Direct Routing: it usually lets in nobody but Microsoft, so its silence proves nothing. Absent: no. */
  readonly filtersStrangers?: true;
}
