const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** Every bound and named delay of the alarms room, each with its reason (fleet design §6). */
export const ALARM_LIMITS = {
  /** How often is looked at what changed or came due. */
  everyMs: SECOND_MS,
  /** Terminals evaluated in one go; more wait for the next. */
  terminalsAtOnce: 500,
  /** Rows of the feed read in one go. */
  feedRows: 1_000,
  /** A beat is due every 30–60 s; two and a half minutes of silence are no late beat. */
  beatStaleMs: 150 * SECOND_MS,
  /** A lost link may come back by itself. */
  offlineOnMs: 120 * SECOND_MS,
  /** After its own start the server waits for terminals to return (this, and their reconnect spread). */
  restartGraceMs: 60 * SECOND_MS,
  /** Devices reset themselves within seconds, and stay well a while before they count as well. */
  hardwareErrorOnMs: 10 * SECOND_MS,
  moduleOfflineOnMs: 30 * SECOND_MS,
  moduleOffMs: 30 * SECOND_MS,
  /** A session settles what it can in this time; what is open then, people must settle. */
  moneyUnresolvedMs: 15 * MINUTE_MS,
  /** Missing rows are sent again at once; what is missing longer is not coming by itself. */
  holeMs: 10 * MINUTE_MS,
  /** So many changes in so short a time are flapping; it ends after as long without any. */
  flappingChanges: 5,
  flappingMs: 10 * MINUTE_MS,
} as const;
