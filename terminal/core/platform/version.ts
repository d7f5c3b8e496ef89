import about from '../../package.json' with { type: 'json' };

/** The version of the terminal's program, as its birth tells the fleet. */
export const TERMINAL_VERSION: string = about.version;
