import type { View } from '@yimen/contracts/ui';

/** What makes a view another screen rather than the same one in another state: a new screen is drawn from its top, with
 *  the focus on its title; the same one keeps its camera, its page and what was typed. */
export function screenKey(view: View): string {
  switch (view.kind) {
    case 'choose':
      return `choose ${view.body.question}`;
    case 'consent':
      return `consent ${view.body.sheet.id}`;
    case 'document-scan':
      return `document-scan ${view.body.what}`;
    case 'fingerprint':
      return `fingerprint ${view.body.n}`;
    case 'form':
      return `form ${view.body.field}`;
    case 'read-card':
      return `read-card ${view.body.what}`;
    case 'scan-code':
      return `scan-code ${view.body.what}`;
    case 'take':
      return `take ${view.body.what}`;
    default:
      return view.kind;
  }
}
