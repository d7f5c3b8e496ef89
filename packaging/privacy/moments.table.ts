/** Ends of a session after which nothing of the citizen may be left (faults.md §7). */
export const MOMENTS = ['end', 'cancel', 'crash', 'jam', 'timeout'] as const;
/** `stays` is the control: he is looked for while his session lives, and must be found. */
export type Moment = (typeof MOMENTS)[number] | 'stays';

/** The screen at which a citizen who does not stay does what he does: by then everything about him is known. */
export const LATE_SCREENS: Readonly<Record<string, string>> = {
  'exit.endorse': 'review',
  'exit.prereg': 'signature',
  'exit.pay': 'review',
  'exit.card': 'review',
  'exit.collect': 'review',
  'veh.licence': 'signature',
  'veh.vlic': 'signature',
  'veh.inspect': 'review',
  'veh.violation': 'signature',
  'hh.idapply': 'signature',
  'hh.idcollect': 'face',
};

/** What jams: the last thing that would be handed over. */
export const JAMS: Readonly<Record<string, readonly [device: string, fault: string]>> = {
  'exit.endorse': ['card-unit', 'jam-on-eject'],
  'exit.card': ['card-unit', 'jam-on-eject'],
  'veh.licence': ['licence-printer', 'F27'],
  'exit.collect': ['document-locker', 'F27'],
  'hh.idcollect': ['document-locker', 'F27'],
  'veh.vlic': ['licence-printer', 'F27'],
};
export const OTHER_JAM = ['receipt-printer', 'F29'] as const;
