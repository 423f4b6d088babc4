declare module 'sip' {
  interface Message {
    readonly status?: number;
    readonly headers: {
      readonly 'call-id'?: string;
      readonly cseq?: { readonly seq: number; readonly method: string };
      readonly via?: readonly { readonly params: Readonly<Record<string, string | undefined>> }[];
    };
  }
  const sip: { parse(text: string): Message | undefined };
  export = sip;
}
