import {
  nextOperationId,
  randomId,
  type CancelTimer,
  type Clock,
  type OperationId,
  type RandomBytes,
} from '@yimen/contracts/base';
import { BACK_OFFICE_REQUESTS, type LastOperation } from '@yimen/contracts/back-office';
import type { JournalEvent } from '@yimen/contracts/journal';
import type { Assignment } from '@yimen/contracts/terminal';
import type { Intent, View } from '@yimen/contracts/ui';
import { SESSION_LIMITS } from '../limits.table.ts';
import type { Effect } from '../machine/effect.ts';
import type { Input, OperationEnd } from '../machine/input.ts';
import { referenceOf } from '../machine/facts.ts';
import type { SessionMachine, SessionState } from '../machine/session-machine.ts';
import type { ServicePackage } from '../service-package.ts';
import { DeviceCalls } from './device-calls.ts';
import { handOverSheet } from './hand-over-sheet.ts';
import { JournalQueue } from './journal-queue.ts';
import { goodsGone } from './movements.ts';
import { deviceEndRows, officeEndRows, type Whose } from './ended-rows.ts';
import { endOf, evidenceText, notBegun } from './operation-end.ts';
import type { CoreLink, DrawSheet, FaceMatcher, Office, SessionDevices, SessionLog } from './ports.ts';
import { pictureSchema } from './picture.ts';
import { provedBy } from './proved-by.ts';
import { wholeView } from './whole-view.ts';

export interface RunnerDeps {
  readonly assignment: Assignment;
  readonly machine: SessionMachine;
  readonly first: SessionState;
  readonly core: CoreLink;
  readonly devices: SessionDevices;
  readonly office: Office;
  readonly matcher: FaceMatcher | null;
  readonly drawSheet: DrawSheet;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: SessionLog;
  readonly packageOf: (state: SessionState) => ServicePackage | undefined;
  readonly onView: (view: View) => void;
  readonly onOver: () => void;
  /** Effects that an earlier process of this session left unproved. */
  readonly unproved: readonly { readonly operationId: string; readonly target: string; readonly verb: string }[];
}

interface Unproved {
  readonly operationId: OperationId;
  readonly target: string;
  readonly verb: string;
}

/** Performs what the machine wants and feeds back what happened. It decides nothing: order, money and recovery are in
 *  the machine; journaling before asking and operation ids are here, once for all steps. */
export class SessionRunner {
  readonly #deps: RunnerDeps;
  readonly #journal: JournalQueue;
  readonly #timers = new Map<string, CancelTimer>();
  readonly #devices: DeviceCalls;
  readonly #startedMono: number;
  #state: SessionState;
  #inputs: Input[] = [];
  #working = false;
  #view: View | null = null;
  #viewText = '';
  #viewNumber = 0;
  #promptDue: number | null = null;
  #isUsed = false;
  /** Effects of this session that ended `unknown`, newest last. */
  #unproved: Unproved[] = [];
  #last: LastOperation | null;
  #newest: OperationId | null;
  #lastEnd: { operationId: OperationId; outcome: OperationEnd['outcome']; evidence: string } | null = null;

  constructor(deps: RunnerDeps) {
    this.#deps = deps;
    this.#state = deps.first;
    this.#journal = new JournalQueue(deps.core);
    this.#devices = new DeviceCalls(deps);
    this.#startedMono = deps.clock.monoMs();
    this.#last = deps.assignment.lastOperation;
    this.#newest = deps.assignment.newestOperationId;
    this.#unproved = deps.unproved.map((one) => ({ ...one, operationId: one.operationId as OperationId }));
  }

  /** What is shown, with the time that is left now: a page that comes back must not begin the count anew. */
  get view(): View | null {
    const view = this.#view;
    if (view === null || view.left === null) return view;
    return { ...view, left: { ...view.left, ms: this.#leftMs() ?? view.left.ms } };
  }

  get state(): SessionState {
    return this.#state;
  }

  async start(): Promise<void> {
    const { assignment } = this.#deps;
    if (assignment.purpose === 'citizen') {
      const fields = {
        sessionId: assignment.sessionId,
        lang: assignment.lang,
        mode: assignment.mode.elder ? 'elder' : 'standard',
      };
      const begun = await this.#journal.append([{ kind: 'session-started', fields }]);
      // Without a record nothing begins: the page sees the end at once and core says why.
      if (!begun.ok) {
        await this.#deps.core.ended('cancelled', true);
        return;
      }
    }
    this.dispatch({ kind: 'begin' });
  }

  /** A page's wish; one that answers an older view is dropped. */
  intent(intent: Intent): void {
    if (this.#view === null || intent.view !== this.#view.view) return;
    // A picture is taken by the page itself. Nothing can be presented before a service was chosen, by a press.
    if (intent.kind !== 'picture') this.#isUsed = true;
    this.dispatch({ kind: 'intent', intent });
  }

  dispatch(input: Input): void {
    if (this.#inputs.length >= SESSION_LIMITS.inputQueue) return;
    this.#inputs.push(input);
    if (this.#working) return;
    this.#working = true;
    for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
      const moved = this.#deps.machine.step(this.#state, next);
      this.#state = moved.state;
      for (const effect of moved.effects) this.#perform(effect);
    }
    this.#working = false;
    this.#show();
  }

  #perform(effect: Effect): void {
    switch (effect.do) {
      case 'operate':
        void this.#operate(effect);
        return;
      case 'read':
        void this.#read(effect);
        return;
      case 'abort':
        void this.#devices.giveBack(effect.device);
        return;
      case 'ask':
        void this.#ask(effect);
        return;
      case 'settle':
        void this.#settle(effect);
        return;
      case 'resolve':
        void this.#resolve(effect.verb, effect.outcome, effect.by);
        return;
      case 'match':
        void this.#match(effect);
        return;
      case 'draw':
        void this.#draw(effect);
        return;
      case 'timer':
        this.#setTimer(effect.name, effect.ms);
        return;
      case 'stopTimer':
        this.#stopTimer(effect.name);
        return;
      case 'journal':
        void this.#record(effect.events);
        return;
      case 'remember':
        void this.#remember(effect);
        return;
      case 'finish':
        void this.#finish(effect);
        return;
      default:
        effect satisfies never;
    }
  }

  async #record(events: readonly JournalEvent[]): Promise<boolean> {
    const written = await this.#journal.append(events);
    if (!written.ok) this.dispatch({ kind: 'journalFailed' });
    return written.ok;
  }

  #newOperationId(): OperationId {
    this.#newest = nextOperationId(this.#newest, this.#deps.clock.wallMs(), this.#deps.random);
    return this.#newest;
  }

  #intended(operationId: OperationId, target: string, verb: string): JournalEvent {
    const step = this.#state.plan[this.#state.at]?.id ?? 'none';
    return {
      kind: 'operation-intended',
      fields: { operationId, sessionId: this.#deps.assignment.sessionId, step, target, verb, retryOf: null },
    };
  }

  async #operate(effect: Extract<Effect, { do: 'operate' }>): Promise<void> {
    const { clock, log, assignment } = this.#deps;
    const operationId = this.#newOperationId();
    const startedMono = clock.monoMs();
    const written = await this.#record([this.#intended(operationId, effect.device, effect.verb)]);
    if (!written && effect.evenUnjournaled !== true) {
      this.dispatch({
        kind: 'operated',
        key: effect.key,
        end: notBegun(operationId, 'JOURNAL_IO', 'the journal cannot be written'),
      });
      return;
    }
    log.info(
      { operationId, sessionId: assignment.sessionId, device: effect.device, verb: effect.verb },
      'operation asked for',
    );
    const op = { operationId, deadlineMs: effect.deadlineMs };
    const answer = await this.#devices.effect(effect.device, op, effect.verb, effect.args);
    const end = answer.ok
      ? endOf(answer.value, operationId)
      : notBegun(operationId, answer.error.code, answer.error.message);
    log.info(
      {
        operationId,
        sessionId: assignment.sessionId,
        device: effect.device,
        verb: effect.verb,
        outcome: end.outcome,
        fault: end.fault?.code ?? null,
      },
      'operation ended',
    );
    const stored = await this.#journal.append(deviceEndRows(effect, end, this.#whose(startedMono)));
    this.#lastEnd = { operationId, outcome: end.outcome, evidence: evidenceText(end) };
    if (end.outcome === 'unknown') this.#unproved.push({ operationId, target: effect.device, verb: effect.verb });
    if (end.outcome === 'done')
      for (const { of, outcome } of provedBy(effect.device, effect.verb, this.#unproved))
        await this.#settled(of.operationId, outcome, 'sensor', `${effect.verb} ${evidenceText(end)}`);
    this.dispatch({ kind: 'operated', key: effect.key, end });
    // Where things are now must be known to whatever is done without a record.
    if (!stored.ok) this.dispatch({ kind: 'journalFailed' });
  }

  #whose(startedMono: number): Whose {
    const step = this.#state.plan[this.#state.at]?.id ?? 'none';
    return { sessionId: this.#deps.assignment.sessionId, step, ms: this.#deps.clock.monoMs() - startedMono };
  }

  async #read(effect: Extract<Effect, { do: 'read' }>): Promise<void> {
    const result = await this.#devices.read(effect.device, effect.deadlineMs, effect.verb, effect.args);
    this.dispatch({ kind: 'read', key: effect.key, result });
  }

  async #ask(effect: Extract<Effect, { do: 'ask' }>): Promise<void> {
    const { assignment, clock, log } = this.#deps;
    const operationId = this.#newOperationId();
    const isEffect = BACK_OFFICE_REQUESTS[effect.request].nature === 'effect';
    const startedMono = clock.monoMs();
    if (isEffect && !(await this.#record([this.#intended(operationId, 'gateway', effect.request)]))) {
      const fault = { code: 'JOURNAL_IO', message: 'the journal cannot be written' };
      this.dispatch({
        kind: 'answered',
        key: effect.key,
        result: { operationId, outcome: 'notDone', answer: null, fault },
      });
      return;
    }
    log.info({ operationId, sessionId: assignment.sessionId, kind: effect.request }, 'office asked');
    const result = await this.#deps.office.send(this.#envelope(operationId, effect), effect.deadlineMs);
    log.info(
      {
        operationId,
        sessionId: assignment.sessionId,
        kind: effect.request,
        outcome: result.outcome,
        fault: result.fault?.code ?? null,
      },
      'office answered',
    );
    const rows = isEffect ? officeEndRows(effect.request, result, this.#whose(startedMono)) : [];
    const isStored = rows.length === 0 || (await this.#journal.append(rows)).ok;
    if (isEffect && result.outcome === 'unknown')
      this.#unproved.push({ operationId, target: 'gateway', verb: effect.request });
    this.dispatch({ kind: 'answered', key: effect.key, result });
    if (!isStored) this.dispatch({ kind: 'journalFailed' });
  }

  #envelope(operationId: OperationId, effect: Extract<Effect, { do: 'ask' }>): Parameters<Office['send']>[0] {
    const { assignment, clock } = this.#deps;
    const pkg = this.#deps.packageOf(this.#state);
    return {
      operationId,
      kind: effect.request,
      terminalId: assignment.terminal.tid,
      hallId: assignment.terminal.hallId,
      sessionId: assignment.sessionId,
      serviceId: pkg?.manifest.id ?? 'none',
      itemCode: pkg?.manifest.itemCode ?? '0'.repeat(31),
      catalogueVersion: pkg?.manifest.catalogueVersion ?? 1,
      policyRows: [...(this.#state.facts.fee?.rows ?? [])],
      at: clock.wallMs() + assignment.wallOffsetMs,
      lastOperation: this.#last,
      body: effect.body,
    };
  }

  async #settle(effect: Extract<Effect, { do: 'settle' }>): Promise<void> {
    if (effect.target === 'gateway') {
      const found = await this.#deps.office.lookUp(effect.operationId, SESSION_LIMITS.gatewayAnswerMs);
      const office = found.known === 'yes' ? found.result : null;
      await this.#settled(
        effect.operationId,
        found.known === 'neverSeen' ? 'notDone' : office?.outcome,
        'gateway',
        found.known,
      );
      this.dispatch({ kind: 'settled', key: effect.key, end: null, office, known: found.known });
      return;
    }
    const found = await this.#devices.getOperation(effect.target, effect.operationId);
    if (found.ok) {
      const seen = found.value === 'never-seen' ? null : endOf(found.value, effect.operationId as OperationId);
      await this.#settled(
        effect.operationId,
        seen === null ? 'notDone' : seen.outcome,
        'device',
        seen === null ? 'never-seen' : evidenceText(seen),
      );
    }
    if (!found.ok) this.dispatch({ kind: 'settled', key: effect.key, end: null, office: null, known: 'cannotTell' });
    else if (found.value === 'never-seen')
      this.dispatch({ kind: 'settled', key: effect.key, end: null, office: null, known: 'neverSeen' });
    else
      this.dispatch({
        kind: 'settled',
        key: effect.key,
        end: endOf(found.value, effect.operationId as OperationId),
        office: null,
        known: 'yes',
      });
  }

  /** Somebody who remembers has told how an effect ended. */
  async #settled(
    operationId: string,
    outcome: OperationEnd['outcome'] | undefined,
    by: 'device' | 'gateway' | 'sensor',
    evidence: string,
  ): Promise<void> {
    if (outcome === undefined || outcome === 'unknown') return;
    const open = this.#unproved.find((one) => one.operationId === operationId);
    this.#unproved = this.#unproved.filter((one) => one !== open);
    const fields = { operationId: operationId as OperationId, outcome, evidence, by };
    const { sessionId } = this.#deps.assignment;
    const gone = open === undefined || outcome !== 'done' ? [] : goodsGone({ ...open, sessionId });
    await this.#record([{ kind: 'operation-resolved', fields }, ...gone]);
  }

  async #resolve(verb: string, outcome: 'done' | 'notDone', by: 'sensor' | 'gateway'): Promise<void> {
    const open = this.#unproved.findLast((one) => one.verb === verb);
    if (open !== undefined) await this.#settled(open.operationId, outcome, by, by);
  }

  async #match(effect: Extract<Effect, { do: 'match' }>): Promise<void> {
    const picture = pictureSchema.safeParse(JSON.parse(effect.picture));
    const { matcher } = this.#deps;
    if (!picture.success || matcher === null) {
      this.dispatch({ kind: 'matched', key: effect.key, result: { ok: false, error: { code: 'cameraBlack' } } });
      return;
    }
    // A photo that is taken here is compared with nobody: a face is looked for in it.
    const reference = effect.key === 'photo' ? null : referenceOf(this.#state.facts);
    const result = await matcher.match({
      jpeg: Buffer.from(picture.data.base64, 'base64'),
      luminance: picture.data.luminance,
      variance: picture.data.variance,
      reference: reference === null ? null : Buffer.from(reference, 'base64'),
    });
    this.dispatch({ kind: 'matched', key: effect.key, result });
  }

  async #draw(effect: Extract<Effect, { do: 'draw' }>): Promise<void> {
    const sheet = await this.#deps.drawSheet(effect.document, effect.index, this.#state);
    const documentId = `${effect.document}-${randomId(this.#deps.random, 8)}`.replaceAll('_', '-');
    const result = sheet.ok ? await handOverSheet(this.#devices, documentId, sheet.value) : sheet;
    this.dispatch({ kind: 'drawn', key: effect.key, result });
  }

  #setTimer(name: string, ms: number): void {
    this.#stopTimer(name);
    if (name === 'prompt' || name === 'warning') this.#promptDue = this.#deps.clock.monoMs() + ms;
    this.#timers.set(
      name,
      this.#deps.clock.after(ms, () => {
        this.#timers.delete(name);
        this.dispatch({ kind: 'timer', name });
      }),
    );
  }

  #stopTimer(name: string): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
    if (name === 'prompt') this.#promptDue = null;
  }

  #leftMs(): number | null {
    return this.#promptDue === null ? null : Math.max(0, this.#promptDue - this.#deps.clock.monoMs());
  }

  async #remember(effect: Extract<Effect, { do: 'remember' }>): Promise<void> {
    if (this.#lastEnd === null) return;
    this.#last = {
      ...this.#lastEnd,
      counts: { produced: effect.produced, handedOver: effect.handedOver, retained: effect.retained },
    };
    await this.#deps.core.remember(this.#last);
  }

  async #finish(effect: Extract<Effect, { do: 'finish' }>): Promise<void> {
    for (const name of this.#timers.keys()) this.#stopTimer(name);
    await this.#devices.giveBackAll();
    const { core, clock, assignment } = this.#deps;
    const ms = Math.max(0, clock.monoMs() - this.#startedMono);
    const journal = { from: this.#journal.first, to: this.#journal.last, head: this.#journal.head };
    // A case that the office has not been told about keeps the session open: core has it settled before the next citizen.
    const { facts } = this.#state;
    const isSettled = facts.case === null || facts.caseClosed;
    const hasEnd = assignment.past.some(({ kind }) => kind === 'session-ended');
    if (isSettled && !hasEnd)
      void (await this.#journal.append([
        { kind: 'session-ended', fields: { sessionId: assignment.sessionId, how: effect.how, ms, journal } },
      ]));
    this.#deps.onOver();
    await core.ended(effect.how, effect.propertyOut, this.#isUsed);
  }

  /** Sends what is to be seen, when it differs from what is seen. */
  #show(): void {
    const item = this.#state.plan[this.#state.at];
    const step = this.#deps.machine.view(this.#state);
    if (step === null || item === undefined || this.#state.over) return;
    const pkg = this.#state.service === null ? undefined : this.#deps.packageOf(this.#state);
    const whole = wholeView(this.#state, step, this.#deps.assignment, pkg);
    const leftMs = step.waits === null ? null : this.#leftMs();
    const left = leftMs === null || step.waits === null ? null : { ms: leftMs, extendable: step.waits.extendable };
    const text = JSON.stringify({ ...whole, due: left === null ? null : this.#promptDue }, withoutElapsed);
    if (text === this.#viewText) return;
    this.#viewText = text;
    this.#viewNumber += 1;
    this.#view = { ...whole, left, view: this.#viewNumber } as View;
    this.#deps.onView(this.#view);
  }
}

/** Elapsed time alone is no new view: the page counts by itself. */
function withoutElapsed(key: string, value: unknown): unknown {
  return key === 'elapsedMs' ? undefined : value;
}
