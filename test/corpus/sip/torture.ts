// Answers to one OPTIONS in the spirit of RFC 4475, written from what that document describes. Section numbers are its
// own unless another RFC is named. Text is Latin-1: one character is one octet.

/** What makes the answers of this corpus ours. */
export const ids = { branch: 'z9hG4bKours', tag: 'tag1', callId: 'call1@mon.example' };

/** A status that is taken as the answer, or the class of what comes instead. `ignored`: passed over, then they hang up. */
export type Expected = number | 'ignored' | 'closed' | 'sip_malformed' | 'sip_not_sip' | 'sip_too_large';

export interface Torture {
  readonly name: string;
  readonly section: string;
  readonly text: string;
  readonly expected: Expected;
}

interface Parts {
  readonly line?: string;
  readonly via?: string | null;
  readonly from?: string | null;
  readonly to?: string | null;
  readonly callId?: string | null;
  readonly cseq?: string | null;
  readonly length?: string | null;
  /** Whole header lines. */
  readonly more?: readonly string[];
  readonly body?: string;
}

export const ourVia = `Via: SIP/2.0/TLS mon.example;branch=${ids.branch};received=192.0.2.9`;

/** An answer that is ours but for what is given; null leaves a line out. */
export function answer(over: Parts = {}): string {
  const { body = '' } = over;
  const parts = {
    line: 'SIP/2.0 200 OK',
    via: ourVia,
    from: `From: <sip:fedmon@mon.example>;tag=${ids.tag}`,
    to: 'To: <sip:sip.partner.example>;tag=9',
    callId: `Call-ID: ${ids.callId}`,
    cseq: 'CSeq: 1 OPTIONS',
    length: `Content-Length: ${String(body.length)}`,
    ...over,
  };
  const { line, via, from, to, callId, cseq, length, more = [] } = parts;
  const lines = [line, via, from, to, callId, cseq, ...more, length].filter((each) => each !== null);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

const request = (line: string, ...headers: readonly string[]): string =>
  `${[line, 'Via: SIP/2.0/TLS x.example;branch=z9hG4bKtheirs', ...headers].join('\r\n')}\r\n\r\n`;
const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
const long = (word: string, times: number): string => word.repeat(times);
const c = (name: string, section: string, expected: Expected, text: string): Torture => ({
  name,
  section,
  text,
  expected,
});

/** §3.1.1: unusual and valid. */
const valid: readonly Torture[] = [
  c(
    'wsinv: white space, folding, compact forms and case wherever allowed',
    '3.1.1.1',
    200,
    [
      'SIP/2.0 200 OK',
      'v:  SIP  / 2.0  / TCP     mon.example : 5061  ;',
      `  branch  =   ${ids.branch}  ,`,
      ' SIP  /    2.0   / UDP  192.168.255.111   ; branch=',
      ' z9hG4bK30239',
      'TO :',
      ' sip:sip.partner.example ;   tag    = 1918181833n',
      `from   : "J Rosenberg \\\\\\""       <sip:fedmon@mon.example>`,
      '  ;',
      `  tag = ${ids.tag}`,
      `Call-ID: ${ids.callId}`,
      'Content-Length   : 0',
      'cseq: 0001',
      '  OPTIONS',
      's :',
      'NewFangledHeader:   newfangled value',
      ' continued newfangled value',
      'UnknownHeaderWithUnusualValue: ;;,,;;,;',
      'Route:',
      ' <sip:services.example.com;lr;unknownwith=value;unknown-no-value>',
      '',
      '',
    ].join('\r\n'),
  ),
  c(
    'intmeth: odd tokens in a header name and in what precedes the answer',
    '3.1.1.2',
    200,
    request(
      "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d@example.com SIP/2.0",
      "extensionHeader-!.%*+_`'~:\xEF\xBB\xBF",
      'Content-Length: 0',
    ) + answer({ more: ["extensionHeader-!.%*+_`'~:\xEF\xBB\xBF\xE5\xA4\xA7\xE5\x81\x9C\xE9\x9B\xBB"] }),
  ),
  c(
    'esc01: per cent escapes stay as they are',
    '3.1.1.3',
    200,
    answer({
      to: 'To: <sip:%75se%72@example.com>;tag=938',
      more: ['Contact: <sip:cal%6Cer@h5.example;%6C%72;n=v%41>'],
    }),
  ),
  c(
    'escnull: escaped NUL in a URI',
    '3.1.1.4',
    200,
    answer({ more: ['Contact: <sip:%00@host5.example.com>', 'Contact: <sip:%00%00@host5.example.com>'] }),
  ),
  c('esc02: a per cent sign that escapes nothing, in a token', '3.1.1.5', 200, answer({ more: ['Z%45: %6D'] })),
  c(
    'lwsdisp: no space between display name and bracket',
    '3.1.1.6',
    200,
    answer({ to: 'To: caller<sip:c@x.example>;tag=3' }),
  ),
  c(
    'longreq: long values, one of them ours, and many hops',
    '3.1.1.7',
    200,
    answer({
      to: `To: "I have a user name of ${long('extremely ', 200)}long proportion"<sip:x@y.example>;tag=${long('9', 500)}`,
      more: [
        `Unknown-${long('Long', 20)}-Name: unknown-${long('long', 500)}-value`,
        ...Array.from({ length: 33 }, (_, at) => `Via: SIP/2.0/TCP sip${String(at)}.example.com`),
        `Contact: <sip:${long('amazinglylongcallername', 5)}@host5.example.net>`,
      ],
    }),
  ),
  c(
    'dblreq: two answers in one piece; the first is ours',
    '3.1.1.8',
    486,
    answer({ line: 'SIP/2.0 486 Busy Here' }) + answer(),
  ),
  c(
    'dblreq: an answer to another before ours, with keep-alives between',
    '3.1.1.8',
    404,
    `\r\n\r\n${answer({ callId: 'Call-ID: another' })}\r\n\r\n${answer({ line: 'SIP/2.0 404 Not Found' })}`,
  ),
  c(
    'semiuri: semicolons in the user part',
    '3.1.1.9',
    200,
    answer({ to: 'To: <sip:user;par=u%40example.net@example.com>;tag=3' }),
  ),
  c(
    'transports: known, unknown and odd transports on the way',
    '3.1.1.10',
    200,
    answer({
      more: ['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP'].map(
        (each, at) => `Via: SIP/2.0/${each} t${String(at)}.example.com;branch=z9hG4bK${String(at)}`,
      ),
    }),
  ),
  c(
    'mpart: a body of many parts with octets of all kinds',
    '3.1.1.11',
    200,
    answer({
      more: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed;boundary=7a9cbec02ceef655'],
      body: '--7a9cbec02ceef655\r\n\r\n\x00\xFF\r\n\r\nSIP/2.0 403 No\r\n\r\n--7a9cbec02ceef655--',
    }),
  ),
  c(
    'unreason: a reason phrase in UTF-8',
    '3.1.1.12',
    200,
    answer({ line: latin1('SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое') }),
  ),
  c('noreason: an empty reason phrase', '3.1.1.13', 480, answer({ line: 'SIP/2.0 480 ' })),
  c('bodies and headers may hold what looks like a separator', '3.1.1.1', 200, answer({ more: ['Subject: a,b;c="d'] })),
  c(
    'IPv6 host and received address',
    'RFC 5118 4.5',
    200,
    answer({ via: `Via: SIP/2.0/TLS [2001:db8::9:1]:5061;received=2001:db8::9:255;branch=${ids.branch}` }),
  ),
  c('zeromf: Max-Forwards of 0 in an answer says nothing', '3.3.11', 200, answer({ more: ['Max-Forwards: 0'] })),
  c(
    'cparam01: unknown Contact parameters',
    '3.3.12',
    200,
    answer({ more: ['Contact: <sip:+19725552222@gw1.example.net>;unknownparam'] }),
  ),
  c(
    'cparam02: unknown URI parameters',
    '3.3.13',
    200,
    answer({ more: ['Contact: <sip:+19725552222@gw1.example.net;unknownparam>'] }),
  ),
  c(
    'regescrt: an escaped header inside a URI',
    '3.3.14',
    200,
    answer({ more: ['Contact: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>'] }),
  ),
  c(
    'sdp01: a body of a type we did not ask for',
    '3.3.15',
    200,
    answer({ more: ['Content-Type: text/other'], body: 'This is no SDP\r\n' }),
  ),
  c(
    'inv2543: an answer of the first SIP, by the branch rules of the second',
    '3.4.1',
    200,
    answer({ to: 'To: <sip:u@c.example>', length: null }),
  ),
];

/** §3.1.2: invalid in syntax. */
const invalid: readonly Torture[] = [
  c('badinv01: empty parameters in Via', '3.1.2.1', 'sip_malformed', answer({ via: `${ourVia};;,;,,` })),
  c(
    'badinv01: separators only in headers nobody needs',
    '3.1.2.1',
    200,
    answer({ more: ['Contact: "Joe" <sip:joe@example.org>;;;;'] }),
  ),
  c('clerr: Content-Length larger than the message', '3.1.2.2', 'closed', answer({ length: 'Content-Length: 9999' })),
  c(
    'clerr: Content-Length smaller than the message',
    '3.1.2.2',
    200,
    answer({ length: 'Content-Length: 1', body: 'v=0' }),
  ),
  c(
    'clerr: too small on an answer to another: the rest cannot be read',
    '3.1.2.2',
    'sip_not_sip',
    answer({ callId: 'Call-ID: another', length: 'Content-Length: 0', body: 'v: 0 of nothing\r\n' }) + answer(),
  ),
  c('ncl: negative Content-Length', '3.1.2.3', 'sip_malformed', answer({ length: 'Content-Length: -999' })),
  c(
    'ncl: Content-Length with a sign, a fraction, an exponent',
    '3.1.2.3',
    'sip_malformed',
    answer({ length: 'Content-Length: +0' }),
  ),
  c(
    'scalar02: CSeq beyond its range',
    '3.1.2.4',
    'sip_malformed',
    answer({ cseq: 'CSeq: 36893488147419103232 OPTIONS' }),
  ),
  c(
    'scalar02: huge Max-Forwards and Expires say nothing in an answer',
    '3.1.2.4',
    200,
    answer({ more: ['Max-Forwards: 300', 'Expires: 1000000000000000000'] }),
  ),
  c(
    'scalarlg: huge CSeq and Retry-After',
    '3.1.2.5',
    'sip_malformed',
    answer({
      line: 'SIP/2.0 503 Service Unavailable',
      cseq: 'CSeq: 9292394834772304023312 OPTIONS',
      more: ['Retry-After: 949302838503028349304023988'],
    }),
  ),
  c(
    'scalarlg: only Retry-After is huge',
    '3.1.2.5',
    503,
    answer({
      line: 'SIP/2.0 503 Later',
      more: ['Retry-After: 949302838503028349304023988', 'Warning: 1812 overture "In Progress"'],
    }),
  ),
  c(
    'quotbal: a quote stays open in To',
    '3.1.2.6',
    'sip_malformed',
    answer({ to: 'To: "Mr. J. User <sip:j.user@example.com>;tag=1' }),
  ),
  c(
    'quotbal: a bracket stays open in From',
    '3.1.2.6',
    'sip_malformed',
    answer({ from: `From: <sip:fedmon@mon.example;tag=${ids.tag}` }),
  ),
  c(
    'quotbal: a comment stays open in Via',
    '3.1.2.6',
    'sip_malformed',
    answer({ via: ourVia.replace('mon.example', 'mon.example (never') }),
  ),
  c(
    'ltgtruri: a request of theirs with brackets around its URI',
    '3.1.2.7',
    200,
    request('INVITE <sip:user@example.com> SIP/2.0', 'l: 0') + answer(),
  ),
  c(
    'lwsruri: white space in the URI of a request',
    '3.1.2.8',
    'sip_malformed',
    request('INVITE sip:user@example.com; lr SIP/2.0', 'l: 0') + answer(),
  ),
  c(
    'lwsstart: several spaces in a request line',
    '3.1.2.9',
    'sip_malformed',
    request('INVITE  sip:user@example.com  SIP/2.0', 'l: 0') + answer(),
  ),
  c('lwsstart: several spaces in the status line', '3.1.2.9', 'sip_malformed', answer({ line: 'SIP/2.0  200  OK' })),
  c('lwsstart: white space before the status line', '3.1.2.9', 'sip_not_sip', ` ${answer()}`),
  c(
    'trws: white space after the version of a request',
    '3.1.2.10',
    'sip_malformed',
    request('OPTIONS sip:t@example.com SIP/2.0  ', 'l: 0'),
  ),
  c('trws: white space after the reason phrase', '3.1.2.10', 200, answer({ line: 'SIP/2.0 200 OK \t ' })),
  c(
    'escruri: escaped headers in the URI of a request',
    '3.1.2.11',
    200,
    request('INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0', 'l: 0') + answer(),
  ),
  c(
    'baddate: a zone that Date must not have',
    '3.1.2.12',
    200,
    answer({ more: ['Date: Fri, 01 Jan 2010 16:00:00 EST'] }),
  ),
  c(
    'regbadct: Contact with unquoted question mark',
    '3.1.2.13',
    200,
    answer({ more: ['Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E'] }),
  ),
  c(
    'badaspec: white space inside the brackets',
    '3.1.2.14',
    200,
    answer({ to: 'To: "Watson, Thomas" < sip:t.watson@ieee.example.org >;tag=2' }),
  ),
  c(
    'baddn: a display name that is no token',
    '3.1.2.15',
    200,
    answer({ to: 'To: Bell, Alexander <sip:a.g.bell@bell-tel.example>;tag=43' }),
  ),
  c('badvers: version 7.0 in the answer', '3.1.2.16', 'sip_not_sip', answer({ line: 'SIP/7.0 200 OK' })),
  c(
    'badvers: version 7.0 in a request',
    '3.1.2.16',
    'sip_malformed',
    request('OPTIONS sip:t.watson@example.org SIP/7.0', 'l: 0'),
  ),
  c('mismatch01: CSeq of another method', '3.1.2.17', 'ignored', answer({ cseq: 'CSeq: 1 INVITE' })),
  c('mismatch02: CSeq of an unknown method', '3.1.2.18', 'ignored', answer({ cseq: 'CSeq: 1 NEWMETHOD' })),
  c('mismatch: methods differ by case', 'RFC 3261 7.1', 'ignored', answer({ cseq: 'CSeq: 1 Options' })),
  c(
    'bigcode: a status of more than three digits',
    '3.1.2.19',
    'sip_malformed',
    answer({ line: 'SIP/2.0 4294967301 better not break the receiver' }),
  ),
  c('bigcode: a status of two digits, and of none', '3.1.2.19', 'sip_malformed', answer({ line: 'SIP/2.0 20 OK' })),
  c('bigcode: 700 is no class', '3.1.2.19', 'sip_malformed', answer({ line: 'SIP/2.0 700 Beyond' })),
];

/** §3.2, §3.3: transactions and applications. */
const semantics: readonly Torture[] = [
  c(
    'badbranch: the cookie and nothing after it',
    '3.2.1',
    'ignored',
    answer({ via: 'Via: SIP/2.0/TLS mon.example;branch=z9hG4bK' }),
  ),
  c('badbranch: no branch', '3.2.1', 'sip_malformed', answer({ via: 'Via: SIP/2.0/TLS mon.example' })),
  c(
    'a branch that begins with ours',
    'RFC 3261 17.1.3',
    'ignored',
    answer({ via: `Via: SIP/2.0/TLS a;branch=${ids.branch}x` }),
  ),
  c(
    'our branch below a strange hop',
    'RFC 3261 17.1.3',
    'ignored',
    answer({ via: 'Via: SIP/2.0/TLS p.example;branch=z9hG4bKp', more: [ourVia] }),
  ),
  c(
    'our branch in quotes inside another parameter',
    'RFC 3261 17.1.3',
    'ignored',
    answer({ via: `Via: SIP/2.0/TLS a;branch=z9hG4bKx;x=";branch=${ids.branch}"` }),
  ),
  c(
    'two branches in one hop',
    'RFC 3261 17.1.3',
    'sip_malformed',
    answer({ via: `Via: SIP/2.0/TLS a;branch=${ids.branch};branch=z9hG4bKx` }),
  ),
  c('Call-ID differs by case', 'RFC 3261 20.8', 'ignored', answer({ callId: `Call-ID: ${ids.callId.toUpperCase()}` })),
  c('the tag of another', 'RFC 3261 8.2.6.2', 'ignored', answer({ from: 'From: <sip:fedmon@mon.example>;tag=other' })),
  c(
    'our tag inside the URI only',
    'RFC 3261 8.2.6.2',
    'ignored',
    answer({ from: `From: <sip:fedmon@mon.example;tag=${ids.tag}>` }),
  ),
  c(
    'insuf: Call-ID, From and To are missing',
    '3.3.1',
    'sip_malformed',
    answer({ callId: null, from: null, to: null }),
  ),
  c('insuf: CSeq is missing', '3.3.1', 'sip_malformed', answer({ cseq: null })),
  c('insuf: nothing that could be ours', '3.3.1', 'ignored', 'SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n'),
  c(
    'unkscm: an unknown scheme in a request',
    '3.3.2',
    200,
    request('OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0', 'l: 0') + answer(),
  ),
  c(
    'novelsc: a known scheme that is not of SIP',
    '3.3.3',
    200,
    request('OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0', 'l: 0') + answer(),
  ),
  c('unksm2: an unknown scheme in To', '3.3.4', 200, answer({ to: 'To: isbn:2983792873;tag=1' })),
  c(
    'bext01: an extension nobody knows',
    '3.3.5',
    200,
    answer({ more: ['Require: nothingSupportsThis', 'Unsupported: nothingElse'] }),
  ),
  c(
    'invut: a body of a type nobody knows',
    '3.3.6',
    200,
    answer({ more: ['Content-Type: application/unknownformat'], body: '<audio>\r\n' }),
  ),
  c(
    'regaut01: an unknown authorization scheme',
    '3.3.7',
    401,
    answer({ line: 'SIP/2.0 401 No', more: ['WWW-Authenticate: NoOneKnowsThisScheme opaque-data=here'] }),
  ),
  c('multi01: CSeq twice, not the same', '3.3.8', 'sip_malformed', answer({ more: ['CSeq: 59 OPTIONS'] })),
  c('multi01: Call-ID twice, not the same', '3.3.8', 'sip_malformed', answer({ more: ['i: another@example.com'] })),
  c('multi01: From twice, not the same', '3.3.8', 'sip_malformed', answer({ more: ['From: other@example.net;tag=1'] })),
  c(
    'multi01: all of them twice, the same',
    '3.3.8',
    200,
    answer({ more: ['CSeq: 1 OPTIONS', `i: ${ids.callId}`, 'l: 0'] }),
  ),
  c(
    'mcl01: two lengths',
    '3.3.9',
    'sip_malformed',
    answer({ more: ['Content-Length: 5'], body: 'There are 23 octets.' }),
  ),
  c('mcl01: two lengths in one line', '3.3.9', 'sip_malformed', answer({ length: 'Content-Length: 0, 0' })),
  c(
    'bcast: the Via of a broadcast address',
    '3.3.10',
    'ignored',
    answer({ via: 'Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23' }),
  ),
  c('lines that end with LF alone', 'RFC 3261 7', 'sip_malformed', answer().replaceAll('\r\n', '\n')),
  c('one header that ends with LF alone', 'RFC 3261 7', 'sip_malformed', answer({ more: ['X: a\nContent-Length: 5'] })),
  c('one header with CR alone', 'RFC 3261 7', 'sip_malformed', answer({ more: ['X: a\rContent-Length: 5'] })),
  c('no space between status and reason', 'RFC 3261 7.2', 'sip_malformed', answer({ line: 'SIP/2.0 200OK' })),
  c('the version in lower case', 'RFC 3261 7.1', 200, answer({ line: 'sip/2.0 200 OK' })),
  c(
    'a line with a continuation and nothing before it',
    'RFC 3261 7.3.1',
    'sip_malformed',
    answer({ line: 'SIP/2.0 200 OK\r\n continued' }),
  ),
  c('a header without a name', 'RFC 3261 7.3', 'sip_malformed', answer({ more: [': nothing'] })),
  c('a line too long', 'our cap', 'sip_malformed', answer({ more: [`X: ${long('a', 8_190)}`] })),
  c('a line that is long by folding only', 'our cap', 200, answer({ more: [`X: a${long('\r\n b', 200)}`] })),
  c(
    'a head too large',
    'our cap',
    'sip_too_large',
    answer({ more: Array.from({ length: 200 }, () => `X: ${long('a', 400)}`) }),
  ),
  c('a body too large', 'our cap', 'sip_malformed', answer({ length: 'Content-Length: 65537' })),
  c('provisional, then hung up', 'RFC 3261 17.1.2', 'closed', answer({ line: 'SIP/2.0 100 Trying' })),
  c('another protocol', 'RFC 3261 7', 'sip_not_sip', 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
  c('another protocol that begins with a token', 'RFC 3261 7', 'sip_not_sip', 'SSH-2.0-OpenSSH_9.6\r\n'),
];

export const torture: readonly Torture[] = [...valid, ...invalid, ...semantics];
