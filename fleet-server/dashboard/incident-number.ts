/** The incident number in what a person typed or an address holds, as slips print it (`588-EB4`); undefined when it is none.
 *  Capitals and the dash may be missing, as people read it out. */
export function incidentNumber(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const match = /^([2-9A-HJKMNP-TW-Z]{3})[- ]?([2-9A-HJKMNP-TW-Z]{3})$/.exec(value.trim().toUpperCase());
  return match === null ? undefined : `${match[1]}-${match[2]}`;
}
