import type { Language, ViewBody, ViewKind } from '@yimen/contracts/ui';

/** What a screen is called, and the one sentence that says what to do on it. */
export interface ScreenWords {
  readonly title: string;
  readonly say: string;
}

type Phase<K extends ViewKind> = ViewBody<K> extends { phase: infer P extends string } ? P : never;
type Domain = ViewBody<'menu'>['tiles'][number]['domain'];
type ReadWhat = ViewBody<'read-card'>['what'];
type ScanWhat = ViewBody<'scan-code'>['what'];
type CameraTrouble = Exclude<ViewBody<'face'>['camera'], 'ok'>;
export type ProducePhase = Phase<'produce'>;

/** How a document is read. */
interface ReadWords {
  readonly titles: Readonly<Record<Phase<'read-card'>, string>>;
  readonly says: Readonly<Record<Phase<'read-card'>, string>>;
  readonly steps: readonly string[];
  readonly reading: readonly string[];
}

/** One thing to be taken: what it is called, where it is, and what becomes of it when it is left. */
interface TakeWords extends ScreenWords {
  readonly reminder: (n: number) => string;
  readonly kept: string | null;
}

/** Every word that the page itself says, once a language. A gap does not compile. Buttons are verb + noun; Chinese
 *  sentences keep to about 20 characters, English ones to 12 words (screens design A5). */
export interface Words {
  readonly lang: Language;
  /** The other language, in its own script. */
  readonly otherLanguage: { readonly lang: Language; readonly name: string };
  readonly money: (fen: number) => string;
  readonly moneyFrom: (fen: number) => string;
  readonly minutes: (from: number, to: number) => string;
  readonly secondsShort: (seconds: number) => string;
  readonly step: (n: number, m: number) => string;
  readonly pageOf: (n: number, m: number) => string;
  readonly demo: string;
  readonly timeLeft: (seconds: number) => string;
  readonly guideLabel: string;
  readonly bar: { readonly label: string; readonly leave: string; readonly display: string; readonly help: string };
  readonly back: string;
  readonly previousPage: string;
  readonly nextPage: string;
  readonly pleaseWait: string;
  readonly attempt: (n: number, of: number) => string;
  /** The other way on a screen that reads a number: keys. */
  readonly typeNumber: string;
  readonly screens: Readonly<Record<ViewKind, ScreenWords>>;
  readonly away: ScreenWords & { readonly points: readonly string[] };
  readonly starting: ScreenWords;
  readonly superseded: ScreenWords & { readonly takeBack: string };
  readonly display: {
    readonly title: string;
    readonly say: string;
    readonly size: string;
    readonly colours: string;
    readonly standard: string;
    readonly elder: string;
    readonly day: string;
    readonly night: string;
    readonly contrast: string;
    readonly soft: string;
    readonly reach: string;
    readonly lowReach: string;
    readonly fullReach: string;
    readonly chosen: string;
    readonly close: string;
  };
  readonly attract: { readonly touch: string; readonly off: string; readonly begin: string };
  readonly start: {
    readonly language: string;
    readonly way: string;
    readonly standard: string;
    readonly standardDetail: string;
    readonly elder: string;
    readonly elderDetail: string;
    readonly contrast: string;
    readonly contrastDetail: string;
    readonly lowReach: string;
    readonly lowReachDetail: string;
    readonly begin: string;
  };
  readonly menu: {
    readonly domains: Readonly<Record<Domain, string>>;
    readonly free: string;
    readonly coming: string;
    readonly off: (why: string) => string;
    readonly allOff: string;
    readonly nearest: (place: string) => string;
    readonly tabs: string;
  };
  readonly guide: {
    readonly who: string;
    readonly bring: string;
    readonly fee: string;
    readonly minutes: string;
    readonly notes: string;
    readonly go: string;
  };
  readonly consent: {
    readonly sheet: (n: number, of: number) => string;
    readonly agree: string;
    readonly decline: string;
    readonly withoutFace: string;
    readonly withoutFaceNote: string;
    readonly declineNote: string;
  };
  readonly readCard: Readonly<Record<ReadWhat, ReadWords>> & { readonly again: string };
  readonly scanCode: {
    readonly titles: Readonly<Record<ScanWhat, Readonly<Record<Phase<'scan-code'>, string>>>>;
    readonly says: Readonly<Record<Phase<'scan-code'>, string>>;
    readonly steps: Readonly<Record<ScanWhat, readonly string[]>>;
    readonly problems: Readonly<Record<'noMedia' | 'invalidMedia', string>>;
    readonly again: string;
  };
  readonly face: {
    readonly titles: Readonly<Record<Phase<'face'>, string>>;
    readonly hints: Readonly<Record<ViewBody<'face'>['hint'], string>>;
    /** In place of the title while there is no picture. */
    readonly noCamera: string;
    /** The page's own hint: no session measures light. */
    readonly tooBright: string;
    readonly cameras: Readonly<Record<CameraTrouble, string>>;
    readonly cameraOn: string;
    readonly cameraStarting: string;
    /** What a citizen does when the camera cannot be used. */
    readonly otherWay: string;
    readonly simulated: string;
    readonly shotsLeft: (n: number) => string;
    readonly kept: string;
    readonly again: string;
    readonly withoutFace: string;
    readonly mirror: string;
  };
  readonly form: {
    readonly says: Readonly<Record<ViewBody<'form'>['keyboard'], string>>;
    readonly skip: string;
    readonly submit: string;
    readonly pad: string;
    readonly letters: string;
    readonly provinces: string;
    readonly removeShort: string;
    readonly clearShort: string;
    readonly remove: string;
    readonly clear: string;
    readonly typedOf: (n: number, of: number) => string;
    readonly typedAtMost: (n: number, most: number) => string;
    /** The last character of an ID number does not fit the others. */
    readonly checkWrong: string;
  };
  readonly photo: {
    readonly titles: Readonly<Record<Phase<'photo'>, string>>;
    readonly says: Readonly<Record<Phase<'photo'>, string>>;
    readonly cameras: Readonly<Record<CameraTrouble, string>>;
    readonly otherWay: string;
    readonly ready: string;
    readonly holdStill: string;
    readonly states: Readonly<Record<ViewBody<'photo'>['rules'][number]['state'], string>>;
    readonly shotsLeft: (n: number) => string;
    readonly simulated: string;
    readonly kept: string;
    readonly take: string;
    readonly again: string;
    readonly confirm: string;
    readonly window: string;
    readonly picture: string;
  };
  readonly fingerprint: {
    /** By ISO/IEC 19794-2 number less one. */
    readonly fingers: readonly [string, string, string, string, string, string, string, string, string, string];
    readonly titles: Readonly<Record<Phase<'fingerprint'>, (finger: string) => string>>;
    readonly says: Readonly<Record<Phase<'fingerprint'>, string>>;
    readonly hints: Readonly<Record<Exclude<ViewBody<'fingerprint'>['hint'], 'none'>, string>>;
    readonly steps: readonly string[];
    readonly count: (n: number, of: number) => string;
    readonly quality: string;
    readonly triesLeft: (n: number) => string;
    readonly again: string;
    readonly other: string;
    readonly skip: string;
  };
  readonly signature: {
    readonly titles: Readonly<Record<ViewBody<'signature'>['on'], string>>;
    readonly again: string;
    readonly says: Readonly<Record<ViewBody<'signature'>['on'], string>>;
    readonly padSteps: readonly string[];
    readonly problems: Readonly<Record<'noMedia' | 'userError' | 'canceled', string>>;
    readonly about: string;
    readonly field: string;
    readonly here: string;
    readonly readTitle: string;
    readonly readSay: string;
    readonly goOn: string;
    readonly readAgain: string;
    readonly clear: string;
    readonly done: string;
    readonly signAgain: string;
  };
  readonly documentScan: {
    readonly titles: Readonly<Record<Phase<'document-scan'>, (what: string) => string>>;
    readonly says: Readonly<Record<Phase<'document-scan'>, string>>;
    readonly steps: Readonly<Record<ViewBody<'document-scan'>['source'], readonly string[]>>;
    readonly problems: Readonly<Record<'noMedia', string>>;
    readonly pages: (n: number) => string;
    readonly start: string;
    readonly again: string;
    readonly use: string;
    readonly skip: string;
  };
  readonly giveOld: {
    readonly titles: Readonly<Record<ViewBody<'give-old'>['what'], Readonly<Record<Phase<'give-old'>, string>>>>;
    readonly says: Readonly<Record<Phase<'give-old'>, string>>;
    readonly steps: readonly string[];
    readonly failed: string;
    readonly again: string;
  };
  readonly review: {
    readonly edit: string;
    readonly editLine: (label: string) => string;
    readonly total: string;
    readonly go: string;
  };
  readonly wait: {
    readonly titles: Readonly<Record<ViewBody<'approval-wait'>['what'], string>>;
    readonly says: Readonly<Record<ViewBody<'approval-wait'>['what'], string>>;
    readonly who: string;
    readonly elapsed: string;
    readonly usual: string;
    readonly receiptNo: string;
    readonly longer: string;
  };
  readonly pay: {
    readonly amount: string;
    readonly payee: string;
    readonly billNo: string;
    readonly states: Readonly<Record<Exclude<ViewBody<'pay'>['state'], 'waiting'>, string>>;
    readonly notes: Readonly<Record<Exclude<ViewBody<'pay'>['state'], 'waiting'>, string>>;
    readonly demo: string;
    readonly cancel: string;
    readonly again: string;
    readonly qr: string;
  };
  readonly produce: {
    readonly phases: Readonly<Record<ProducePhase, string>>;
    readonly done: string;
    readonly now: string;
    readonly later: string;
    readonly elapsed: string;
    readonly usual: string;
    readonly longer: string;
    readonly returningTitle: string;
    readonly returningSay: string;
    readonly fetchingTitle: string;
    readonly fetchingSay: string;
  };
  readonly take: {
    readonly things: Readonly<Record<ViewBody<'take'>['what'], TakeWords>>;
    readonly why: Readonly<Record<ViewBody<'take'>['why'], string>>;
  };
  readonly receipt: {
    readonly print: string;
    readonly finish: string;
    readonly printers: Readonly<Record<ViewBody<'receipt'>['printer'], string>>;
    readonly qr: string;
  };
  readonly rate: { readonly faces: readonly [string, string, string, string, string]; readonly skip: string };
  readonly end: {
    readonly cleared: string;
    readonly leftBehind: string;
    readonly taken: readonly [string, string, string];
    readonly question: string;
    readonly finish: string;
  };
  readonly timeout: {
    readonly seconds: string;
    readonly extend: string;
    readonly leave: string;
    readonly extensions: (n: number) => string;
    readonly hidden: string;
  };
  readonly help: { readonly line: string; readonly tell: string; readonly keep: string; readonly back: string };
  readonly next: { readonly title: string; readonly finish: string; readonly notCharged: string };
  /** The rule that decided, in small print. */
  readonly why: {
    readonly title: string;
    readonly rule: (rule: string, value: string) => string;
    readonly source: string;
  };
  readonly stopped: {
    readonly incident: string;
    readonly receiptNo: string;
    readonly noted: string;
    readonly slips: Readonly<Record<ViewBody<'stopped'>['slip'], string>>;
    readonly qr: string;
  };
  readonly closed: {
    readonly why: string;
    readonly since: string;
    readonly until: string;
    readonly works: string;
    readonly nearest: string;
    readonly hotline: string;
    readonly hours: string;
  };
  readonly recovery: {
    readonly phases: Readonly<Record<Phase<'recovery'>, string>>;
    readonly incident: string;
    readonly stay: string;
  };
  /** Said for a code that the table does not know: never the bare code. */
  readonly unknownProblem: string;
}

/** Words of the screens on which the citizen gives something: a file of its own in each language. */
export type GivenWords = Pick<
  Words,
  'readCard' | 'scanCode' | 'form' | 'photo' | 'fingerprint' | 'signature' | 'documentScan' | 'giveOld'
>;
