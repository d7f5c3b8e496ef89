import { clockText } from './time-text.ts';
import type { Words } from './words.ts';

/** What an event says, in one line. Kinds that people read most have sentences; the others list their fields. Fields
 *  are allow-listed at the terminal; ids of sessions and operations are left out here, because they tell a reader nothing. */
export function eventSummary(kind: string, fields: Readonly<Record<string, unknown>>, words: Words): string {
  const { text } = words;
  const word = (name: string): string => (typeof fields[name] === 'string' ? fields[name] : '');
  const number = (name: string): number => (typeof fields[name] === 'number' ? fields[name] : 0);
  const parts: string[] = [];
  switch (kind) {
    case 'service-started':
      parts.push(words.service(word('service')));
      break;
    case 'service-result':
      parts.push(words.service(word('service')), words.outcome(word('outcome')));
      if (word('stop') !== '') parts.push(stopText(word('stop'), words));
      if (word('reason') !== '') parts.push(words.fault(word('reason')));
      if (number('chargedFen') > 0) parts.push(`${text.events.charge} ${words.yuan(number('chargedFen'))}`);
      if (number('refundedFen') > 0) parts.push(`${text.events.refund} ${words.yuan(number('refundedFen'))}`);
      if (number('produced') > 0) parts.push(text.events.produced(number('produced')));
      break;
    case 'money-moved':
      parts.push(
        word('direction') === 'refund' ? text.events.refund : text.events.charge,
        words.yuan(number('amountFen')),
        words.outcome(word('outcome')),
      );
      break;
    case 'device-status': {
      parts.push(words.module(word('module')), deviceStateText(word('state'), words));
      if (word('fault') !== '') parts.push(words.fault(word('fault')));
      const lost = Array.isArray(fields['lost']) ? fields['lost'].filter((id) => typeof id === 'string') : [];
      if (lost.length > 0) parts.push(text.events.takesAway(words.services(lost)));
      break;
    }
    case 'supply-level':
      parts.push(words.unit(word('unit')), text.terminal.supplyOf(number('count'), number('capacity')));
      break;
    case 'session-started':
      parts.push(text.events.startedIn(words.code(word('lang'))));
      break;
    case 'session-ended':
      parts.push(endText(word('how'), words), text.events.lasted(Math.round(number('ms') / 1000)));
      break;
    default:
      parts.push(...plainFields(fields, words));
  }
  return parts.filter((part) => part !== '').join(' · ');
}

function stopText(stop: string, words: Words): string {
  const stops: Readonly<Record<string, string>> = words.text.stops;
  return stops[stop] ?? stop;
}

function endText(how: string, words: Words): string {
  const ends: Readonly<Record<string, string>> = words.text.events.ends;
  return ends[how] ?? how;
}

function deviceStateText(state: string, words: Words): string {
  const states: Readonly<Record<string, string>> = words.text.deviceStates;
  return states[state] ?? state;
}

function plainFields(fields: Readonly<Record<string, unknown>>, words: Words): string[] {
  return Object.entries(fields)
    .filter(
      ([name, value]) =>
        !name.endsWith('Id') &&
        !OPAQUE.has(name) &&
        (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'),
    )
    .slice(0, 6)
    .map(([name, value]) => `${words.field(name)} ${plainValue(name, value as Plain, words)}`);
}

/** A device of the terminal, or another place: the citizen's hand, a bin. */
function placeText(said: string, words: Words): string {
  const module = words.module(said);
  return module === said ? words.code(said) : module;
}

type Plain = string | number | boolean;
/** Hashes, signatures and keyed pseudonyms: proof for a program, noise for a reader. */
const OPAQUE: ReadonlySet<string> = new Set(['prevHead', 'head', 'sig', 'h', 'who', 'id', 'of']);

function plainValue(name: string, value: Plain, words: Words): string {
  if (typeof value === 'number') {
    if (name.endsWith('Fen')) return words.yuan(value);
    return name === 'before' || name === 'after' ? clockText(value) : String(value);
  }
  const said = String(value);
  if (name === 'module') return words.module(said);
  if (name === 'from' || name === 'to') return placeText(said, words);
  if (name === 'stop') return stopText(said, words);
  return words.code(said).slice(0, 60);
}
