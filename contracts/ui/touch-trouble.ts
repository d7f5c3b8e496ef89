import { z } from 'zod';

/** Where the page tells core that its touch screen acts by itself: by POST, so that it can be said while a session has
 *  the page's bridge, too. */
export const TOUCH_TROUBLE_PATH = '/touch-trouble';

/** Which bound was passed that no hand can pass: presses in a second, pointers at once, places far apart at the same
 *  moment, a press that never ends. */
const TOUCH_SIGNS = ['rate', 'pointers', 'jump', 'held'] as const;

export const touchTroubleSchema = z.strictObject({ what: z.literal('ghost'), sign: z.enum(TOUCH_SIGNS) });
export type TouchTrouble = z.infer<typeof touchTroubleSchema>;
export type TouchSign = TouchTrouble['sign'];
