/** Every wait, bound and byte limit of core, each with its reason. What the fleet's wire contract fixes stands in
 *  `contracts/fleet` (FLEET_LIMITS, FLEET_TIMES); what belongs to local sockets in `terminal/ipc`. */
export const CORE_LIMITS = {
  /** One row's text: what the fleet takes per event (fleet contract §2.3). */
  journalBodyBytes: 4096,
  /** Rows of one transaction: a session's request carries at most 32 events. */
  journalBatch: 64,
  /** Size of the journal file: years of one busy terminal at some 300 bytes a row; beyond it the machine stops. */
  journalFileBytes: 4 * 1024 * 1024 * 1024,
  /** Another reader may hold SQLite's locks this long (a verifier, a backup). */
  journalBusyMs: 2_000,
  /** A journal up to this long is read whole at each start (some seconds); of a longer one its end, the rest meanwhile. */
  journalWholeRows: 100_000,
  /** Between two pages of that walk: a year of rows takes some hours, and nobody waits for a page. */
  journalPatrolMs: 250,
  /** Staff at the machine are told of a damaged journal this long. */
  damageShownMs: 30 * 24 * 3_600_000,
  /** Rows checked at the end of a longer one before it is worked on: more than any session writes. */
  journalTailRows: 500,
  /** Numbers tried one by one behind a place of a damaged journal that cannot be read: some pages of the file. */
  journalUnreadableRows: 2_000,
  /** Rows read at once when walking the journal, so that the event loop breathes in between. */
  journalPageRows: 500,
  /** Rows of one session that a recovery is given (contract: assignment.past). */
  sessionRows: 5_000,
  /** How often a journal that failed is tried again. */
  journalRetryMs: 5_000,

  /** Ledger hashes kept in memory, one per this many rows, so that any batch's chain is cheap to compute. */
  ledgerHashEvery: 500,
  /** A range the server misses is sent again at most this often: acks under way still name it. */
  missingAgainMs: 1_000,

  /** Opening the link: TCP, TLS and CONNACK together. */
  linkConnectMs: 10_000,
  /** SUBACK, and the PUBACK of the birth. */
  linkStepMs: 10_000,
  /** MQTT keepalive in seconds (3.1.1 §3.1.2.10); the broker allows 15–120. */
  linkKeepaliveSec: 30,
  /** Messages kept between SUBACK and the birth's PUBACK: one of each kind, and open commands. */
  linkHeldMessages: 64,
  /** The farewell before DISCONNECT. */
  linkLeaveMs: 500,
  /** First pause of the full-jitter back-off. */
  reconnectFirstMs: 1_000,
  /** Beats by change are at least this far apart, so that a flapping device does not flood. */
  beatGapMs: 1_000,
  /** Beats before a server has said how often. */
  beatEverySec: [30, 60],
  /** Commands and jobs whose answer is remembered, so that a repeat gets the same one. */
  answeredCommands: 128,
  /** The list of other halls: how often it is fetched, how long it may take, how large it may be, and when its health
   *  claims are too old to be shown. */
  hallsEveryMs: 600_000,
  hallsMs: 10_000,
  hallsBytes: 512 * 1024,
  hallsStaleMs: 1_800_000,
  /** Whether the fleet has accepted a counted difference: asked this often while one is open. Somebody at the fleet has
   *  just decided and somebody at the machine may wait for it. */
  acceptancesEveryMs: 15_000,
  acceptancesMs: 10_000,
  acceptancesBytes: 128 * 1024,

  /** First and longest pause between attempts to reach the device host. */
  hostFirstMs: 250,
  hostLongestMs: 4_000,
  /** What a device is given to answer when it is looked at. */
  inspectMs: 10_000,
  /** A claim by core for putting away a found card. */
  coreClaimMs: 5_000,
  /** Moving a found card into the bin (the slowest card unit needs about 10 s). */
  putAwayMs: 30_000,
  /** Attempts to put away a found card before staff are asked (recovery ladder L2: three per operation). */
  putAwayTries: 3,
  /** A device that is back is asked who it is; one that does not say is asked again after this. */
  identifyAgainMs: 10_000,
  /** A device that just failed is left alone this long: what heals by itself is not helped. */
  ladderFirstMs: 5_000,
  /** How soon a rung that has to wait (a session runs, a neighbour moves something) is tried again. */
  ladderWaitMs: 5_000,
  /** How often a device that waits for a person is asked whether one has been there; its own host tells it at once. */
  ladderAskMs: 600_000,
  /** A hand outside core (a power relay, a restarted host) is given up on after this. */
  handMs: 120_000,
  /** A device's changes within this window are told as one, after the first. */
  deviceDampMs: 1_000,
  /** More changes than this in a minute are flapping; then they are told once per `flapDampMs`. */
  flapsAllowed: 6,
  flapWindowMs: 60_000,
  flapDampMs: 15_000,
  /** A supply's count is told at most this often. */
  supplyEveryMs: 60_000,

  /** Requests to the launcher: starting a process is a fork, ending one a signal and a wait. */
  launcherMs: 5_000,
  launcherFirstMs: 250,
  launcherLongestMs: 4_000,
  /** A session process says hello within this (a cold start takes under a second). */
  warmHelloMs: 15_000,
  /** First and longest pause before another warm process is started after one failed. */
  warmFirstMs: 250,
  warmLongestMs: 10_000,
  /** Without a warm process for this long nobody can be served: out of service. */
  warmMissingMs: 10_000,
  /** How long a citizen who touched the screen waits for a warm process. */
  startWaitMs: 5_000,
  /** An assigned session listens for its page within this. */
  listeningMs: 10_000,
  /** The longest session: every step with all its extensions stays below it; what is longer hangs. */
  sessionMs: 90 * 60_000,
  /** A recovery asks devices and offices, then waits at most 5 min for the citizen. */
  recoveryMs: 15 * 60_000,
  /** Recoveries of one session before hall staff are called. */
  recoveryTries: 3,
  /** After that it is tried again this often: an office that was away comes back. */
  recoveryAgainMs: 5 * 60_000,
  /** What offices alone still have to hear is told behind whatever goes on: one try asks for about a minute, the first
   *  comes at once, later ones after pauses that double; hall staff are called when it takes too long (faults §4.3). */
  settlingMs: 3 * 60_000,
  settlingFirstMs: 15_000,
  settlingLongestMs: 5 * 60_000,
  settlingSpareMs: 1_000,
  settlingAlarmMs: 15 * 60_000,
  /** Money that waits for its purpose: whether it went back is asked soon after the session (an office may refuse at once),
   *  then ever more rarely (a review takes days), and no more after the longest time that money is kept for anybody. */
  moneyFirstMs: 20_000,
  moneyApartMs: 10_000,
  moneyLongestMs: 6 * 3_600_000,
  moneyWatchMs: 90 * 86_400_000,

  /** A session asked to wrap up has this long to give property back. */
  wrapUpMs: 120_000,

  /** Staff at the machine: how long one sign-in lasts, when its end is told, and by how much it may be made longer once. */
  staffMs: 30 * 60_000,
  staffWarnMs: 5 * 60_000,
  staffExtendMs: 30 * 60_000,
  /** How often it is looked whether the citizen has finished; every change looks too. */
  staffLookMs: 500,
  /** What cannot be settled without devices does not keep staff out longer than a citizen may take to end. */
  staffPatienceMs: 150_000,
  /** Wrong sign-ins before the first lock, the first lock, and the longest: each further error doubles it (trust §7.1). */
  staffErrors: 5,
  staffLockMs: 15_000,
  staffLongestLockMs: 15 * 60_000,
  /** A challenge is answered by a telephone in somebody's hand. */
  staffChallengeMs: 2 * 60_000,
  /** What scrypt may take of memory for one PIN: 128 · N · r of the largest list entry, and its own. */
  scryptBytes: 320 * 1024 * 1024,
  /** The staff list: 500 people at some 500 bytes. */
  staffListBytes: 1024 * 1024,
  /** What a device is given for an act of staff: locks, a self-test, a slip; and for telling its units. */
  staffActMs: 60_000,
  staffReadMs: 10_000,
  /** The console's state is told at most this often. */
  consoleTellMs: 100,

  /** The page's token: fetched and used in one breath. */
  tokenMs: 30_000,
  tokens: 8,
  /** A page says hello within this, answers pings within this (screens contract: silent for 10 s is replaced). */
  pageHelloMs: 5_000,
  pagePingMs: 4_000,
  pageSilentMs: 10_000,
  /** Connections of pages, counting those about to be superseded. */
  pages: 4,
  /** One message of a page to core: intents are small, pictures go to the session. */
  pageMessageBytes: 64 * 1024,
  /** A language or display chosen before a service begins is kept this long, then the next person finds the usual one. */
  choiceKeptMs: 60_000,
  /** A session that listens again this soon after a `go` has its page; later it has lost it. */
  goFollowedMs: 3_000,
  /** A look at the devices that takes longer than this is no start any more. */
  lookingIsStartMs: 60_000,
  /** Intents of one page per second; a finger makes three. */
  intentsPerSec: 20,
  /** The page's word that its screen acts by itself: a few dozen bytes, once a minute while it lasts and a few times more
   *  when it is not heard. */
  touchPostBytes: 256,
  touchPostsPerMin: 12,
  /** So many sessions one after another that began on the screen and ended by time without any touch: a person may walk
   *  away at once, five in a row do not. */
  silentSessions: 5,
  /** The largest static file of the page (a font). */
  staticBytes: 24 * 1024 * 1024,
  /** HTTP: headers and whole request. */
  httpHeadersMs: 5_000,
  httpRequestMs: 10_000,

  /** Wall clock against monotonic clock: a larger difference is a jump and is recorded. */
  clockJumpMs: 5_000,
  clockCheckMs: 10_000,
  /** Restarts while nobody is served: looked at this often, done after nobody was there this long. */
  upkeepLookMs: 10_000,
  upkeepIdleMs: 30_000,
  /** A restart that did not come about is tried again after this long. */
  upkeepAgainMs: 30 * 60_000,
  /** The night in the hall: from this hour on, for so many hours; the emptiest of a hall that is open day and night. Not
   *  when core was started a short time ago: once a night. */
  nightlyHour: 3,
  nightlyHours: 2,
  nightlyUpMs: 6 * 3_600_000,
  /** A service package: one file, and the whole. */
  packageFileBytes: 1024 * 1024,
  /** How often the inbox of releases is looked at: whoever placed one sees soon that it waits. */
  releaseLookMs: 1_000,
  /** Releases taken in at one look (each is a few files that are synced), and refused ones that are kept for a look into. */
  releasesAtOnce: 4,
  refusedKept: 8,
  /** Stopping: everything is let go within this, then the process ends anyway. */
  stopMs: 1_800,
} as const;
