/** Structured log: a static message, everything else as fields. Never a secret, never a stranger's raw text. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
