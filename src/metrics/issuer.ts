/** Certification authorities that may be named in a label. A peer's own text never becomes one. */
const known: readonly { readonly name: string; readonly contains: readonly string[] }[] = [
  { name: 'DigiCert', contains: ['digicert', 'geotrust', 'rapidssl', 'thawte'] },
  { name: "Let's Encrypt", contains: ["let's encrypt"] },
  { name: 'Sectigo', contains: ['sectigo', 'comodo', 'usertrust'] },
  { name: 'GlobalSign', contains: ['globalsign'] },
  { name: 'Microsoft', contains: ['microsoft'] },
  { name: 'GoDaddy', contains: ['godaddy', 'starfield technologies'] },
  { name: 'Entrust', contains: ['entrust'] },
  { name: 'Amazon', contains: ['amazon'] },
  { name: 'Google', contains: ['google trust services'] },
];

/** Every value the issuer label can have. */
export const issuerNames: readonly string[] = [...known.map((each) => each.name), 'other'];

/** The known authority that an issuer's text names, or `other`. Only for sorting; it is not a proof of who signed. */
export function issuerName(issuer: string): string {
  if (issuerNames.includes(issuer)) return issuer;
  const text = issuer.toLowerCase();
  return known.find((each) => each.contains.some((part) => text.includes(part)))?.name ?? 'other';
}
