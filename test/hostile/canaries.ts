/** The word that every canary carries: where it is, a stranger's text is. */
export const mark = 'kanari';

/** Texts that do harm where they are taken for something else than text. The first does none: it shows what a page is made of. */
export const canaries: readonly (readonly [name: string, text: string])[] = [
  ['plain', mark],
  ['ANSI colour', `\u001b[31m${mark}\u001b[0m`],
  ['ANSI clear and home', `\u001b[2J\u001b[H${mark}`],
  ['OSC title', `\u001b]0;${mark}\u0007`],
  ['OSC link', `\u001b]8;;http://evil.example\u001b\\${mark}\u001b]8;;\u001b\\`],
  ['C1 CSI', `\u009b31m${mark}`],
  ['backspaces', `${mark}\b\b\b\b\b\b`],
  ['DEL', `${mark}\u007f`],
  ['tab', `${mark}\t${mark}`],
  ['CR LF log line', `${mark}\r\n{"level":"error","msg":"${mark}"}`],
  ['LF metric', `${mark}\nfedmon_edge_up{edge="${mark}"} 1`],
  ['label end', `${mark}"} 1 #`],
  ['backslash', `${mark}\\" \\n \\`],
  ['NUL', `${mark}\u0000${mark}`],
  ['script', `<script>${mark}()</script>`],
  ['image', `<img src=x onerror=${mark}()>`],
  ['attribute end', `" onmouseover="${mark}()`],
  ['quote end', `' onfocus='${mark}()' x='`],
  ['entity', `&lt;b&gt;${mark}&#60;`],
  ['comment', `--><!--${mark}`],
  ['style end', `</style></code></td>${mark}`],
  ['script URL', `javascript:${mark}()`],
  ['Go template', `{{ .Labels.${mark} }}{{ template "x" }}`],
  ['template literal', `\${${mark}}#{7*7}`],
  ['chat markup', `<!channel> <http://evil.example|${mark}> *bold* \`code\``],
  ['mail header', `${mark}\r\nBcc: victim@evil.example`],
  ['TAP', `${mark}\nok 1 - healthy\nBail out! # SKIP # TODO`],
  ['plug-in output', `${mark}|time=0s;0;0 OK`],
  ['bidi override', `\u202e${mark}\u202c\u2066${mark}\u2069`],
  ['zero width', `${mark}\u200b\ufeff\u2060`],
  ['line separators', `${mark}\u2028${mark}\u2029\u0085`],
  ['tag characters', `${mark}\u{e0041}\u{e007f}`],
  ['private use', `${mark}\ue000\u{f0000}`],
  ['__proto__', `__proto__ constructor ${mark}`],
  ['very long', `${mark} `.repeat(500)],
  ['shell', `$(${mark}) \`${mark}\` ; ${mark} &`],
  ['spreadsheet', `=HYPERLINK("http://evil.example";"${mark}")`],
];

/** Octets that are no text in any encoding we read: a lone surrogate in UTF-8 and the end of a sequence that has no beginning. */
export const brokenOctets = Buffer.concat([Buffer.from(mark), Buffer.from([0xed, 0xa0, 0x80, 0xff, 0xc3, 0x28])]);

/** What must not reach a person raw: controls, format and bidi marks, separators, private and unassigned, lone surrogates. */
export const dangerous = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]/u;
