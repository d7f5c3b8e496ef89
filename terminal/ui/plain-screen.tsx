import type { ReactElement } from 'react';
import { errorRow } from '@yimen/contracts/base';
import type { View } from '@yimen/contracts/ui';
import type { Wish } from './bridge-client/wish.ts';

export interface PlainScreenProps {
  readonly view: View;
  readonly send: (wish: Wish) => void;
}

interface Choice {
  readonly label: string;
  readonly wish: Wish;
  readonly main?: boolean;
  readonly off?: boolean;
}

interface Drawn {
  readonly title: string;
  readonly lines: readonly string[];
  readonly choices: readonly Choice[];
}

const yuan = (fen: number): string => `¥${(fen / 100).toFixed(2)}`;

/** Every view as words and buttons: the plain form of the citizen's screens, by which the whole way can be walked with
 *  finger or keys. Text of views is drawn as text nodes only. */
export function PlainScreen({ view, send }: PlainScreenProps): ReactElement {
  const drawn = draw(view);
  const other =
    view.lang === 'en' ? ({ kind: 'language', lang: 'zh-CN' } as const) : ({ kind: 'language', lang: 'en' } as const);
  return (
    <main className="plain" lang={view.lang}>
      <p>
        {view.lang === 'en' ? view.hall.en : view.hall.zh}
        {view.service === null ? '' : ` · ${view.service.title}`}
        {view.step === null ? '' : ` · ${view.step.n}/${view.step.m}`}
      </p>
      <h1>{drawn.title}</h1>
      {drawn.lines.map((line, i) => (
        <p key={`${i}-${line}`}>{line}</p>
      ))}
      {drawn.choices.map((choice) => (
        <button
          key={choice.label}
          type="button"
          className={choice.main === true ? 'main' : ''}
          disabled={choice.off === true}
          onClick={() => send(choice.wish)}
        >
          {choice.label}
        </button>
      ))}
      <div className="bar">
        {view.canBack ? (
          <button type="button" onClick={() => send({ kind: 'back' })}>
            {word(view, '返回', 'Go back')}
          </button>
        ) : null}
        {view.canLeave ? (
          <button type="button" onClick={() => send({ kind: 'leave' })}>
            {word(view, '退出办理', 'Leave')}
          </button>
        ) : null}
        <button type="button" onClick={() => send(other)}>
          {view.lang === 'en' ? '中文' : 'English'}
        </button>
      </div>
    </main>
  );
}

function word(view: View, zh: string, en: string): string {
  return view.lang === 'en' ? en : zh;
}

function draw(view: View): Drawn {
  const w = (zh: string, en: string): string => word(view, zh, en);
  switch (view.kind) {
    case 'attract':
      return {
        title: w('自助办理，二十四小时', 'Self-service, day and night'),
        lines: view.body.off.map((off) => `${off.title}: ${off.why}`),
        choices: [{ label: w('开始办理', 'Start'), wish: { kind: 'start' }, main: true }],
      };
    case 'start':
      return {
        title: w('选择语言', 'Choose a language'),
        lines: [],
        choices: [{ label: w('继续', 'Continue'), wish: { kind: 'confirm' }, main: true }],
      };
    case 'menu':
      return {
        title: w('选择业务', 'Choose a service'),
        lines: [],
        choices: view.body.tiles.map((tile) => ({
          label: `${tile.title}${tile.state === 'coming' ? w('（即将开通）', ' (coming)') : tile.why === null ? '' : ` (${tile.why})`}`,
          wish: { kind: 'service', service: tile.service },
          main: tile.state === 'available',
          off: tile.state !== 'available',
        })),
      };
    case 'guide':
      return {
        title: w('办事须知', 'Before you begin'),
        lines: [view.body.who, ...view.body.bring, view.body.fee, view.body.minutes, ...view.body.notes],
        choices: [{ label: w('开始申请', 'Begin'), wish: { kind: 'confirm' }, main: true }],
      };
    case 'consent':
      return {
        title: view.body.sheet.title,
        lines: [view.body.sheet.text],
        choices: [
          { label: w('同意授权', 'Agree'), wish: { kind: 'agree', consent: view.body.sheet.id }, main: true },
          { label: w('不同意', 'Decline'), wish: { kind: 'decline', consent: view.body.sheet.id } },
        ],
      };
    case 'read-card':
      return {
        title:
          view.body.phase === 'reading'
            ? w('正在读取通行证', 'Reading your permit')
            : w('请放入通行证', 'Insert your permit'),
        lines: [told(view, view.body.problem)],
        choices: [],
      };
    case 'face':
      return {
        title: w('核对本人', 'Checking your face'),
        lines: [
          view.body.matcher === 'simulated'
            ? w('演示比对：不做真实比对', 'Demonstration: nobody is really compared')
            : '',
        ],
        choices: [{ label: w('不用人脸', 'Without face'), wish: { kind: 'useWindow' } }],
      };
    case 'choose':
      return {
        title: view.body.prompt,
        lines: view.body.facts.map((fact) => `${fact.label}: ${fact.value}`),
        choices: view.body.options.map((option) => ({
          label: [option.label, option.detail, option.feeFen === null ? null : yuan(option.feeFen), option.warning]
            .filter((part) => part !== null)
            .join(' · '),
          wish: { kind: 'choose', question: view.body.question, value: option.value },
        })),
      };
    case 'form':
      return {
        title: view.body.label,
        lines: [view.body.problem ?? view.body.example],
        choices: [{ label: w('跳过此项', 'Skip this'), wish: { kind: 'skip' } }],
      };
    case 'review':
      return {
        title: w('请核对', 'Please check'),
        lines: [
          ...view.body.lines.map((line) => `${line.label}: ${line.value}`),
          ...view.body.fees.map((fee) => `${fee.label}: ${yuan(fee.amountFen)}`),
          ...view.body.warnings,
        ],
        choices: [
          { label: `${w('确认申请', 'Confirm')} ${yuan(view.body.totalFen)}`, wish: { kind: 'confirm' }, main: true },
        ],
      };
    case 'approval-wait':
      return {
        title: w('请稍候，正在审核', 'Please wait for approval'),
        lines: [view.body.receiptNo ?? ''],
        choices: [],
      };
    case 'pay':
      return {
        title: `${w('请付款', 'Please pay')} ${yuan(view.body.amountFen)}`,
        lines: [view.body.payee, view.body.billNo],
        choices:
          view.body.state === 'waiting'
            ? [{ label: w('取消付款', 'Cancel payment'), wish: { kind: 'cancelPay' } }]
            : view.body.state === 'declined'
              ? [
                  { label: w('重新付款', 'Pay again'), wish: { kind: 'again' }, main: true },
                  { label: w('取消付款', 'Cancel payment'), wish: { kind: 'cancelPay' } },
                ]
              : [],
      };
    case 'produce':
      return {
        title: w('正在制作签注', 'Making your endorsement'),
        lines: [w('请不要离开', 'Please stay here')],
        choices: [],
      };
    case 'take':
      return { title: w('请取走通行证', 'Take your permit'), lines: [], choices: [] };
    case 'receipt':
      return {
        title: w('办理完成', 'Finished'),
        lines: view.body.lines.map((line) => `${line.label}: ${line.value}`),
        choices: [
          {
            label: w('打印回执', 'Print receipt'),
            wish: { kind: 'printReceipt' },
            off: view.body.printer === 'absent',
          },
          { label: w('完成办理', 'Finish'), wish: { kind: 'confirm' }, main: true },
        ],
      };
    case 'rate':
      return {
        title: w('请评价', 'How was it?'),
        lines: [],
        choices: [
          ...[5, 4, 3, 2, 1].map((stars) => ({ label: '★'.repeat(stars), wish: { kind: 'rate', stars } as Wish })),
          { label: w('跳过评价', 'Skip'), wish: { kind: 'skip' } },
        ],
      };
    case 'end':
      return {
        title: w('您的信息已清除', 'Your data are gone'),
        lines: [w('请带好通行证和手机', 'Please take your permit and phone')],
        choices: [],
      };
    case 'timeout':
      return {
        title: w('还需要时间吗？', 'Do you need more time?'),
        lines: [],
        choices: [{ label: w('继续办理', 'Continue'), wish: { kind: 'extend' }, main: true }],
      };
    case 'help':
      return {
        title: w('24 小时热线', '24-hour line'),
        lines: [view.body.hotline],
        choices: [{ label: w('关闭帮助', 'Close'), wish: { kind: 'closeHelp' } }],
      };
    case 'refused':
      return {
        title: w('无法办理', 'Not possible here'),
        lines: [
          view.body.told,
          view.body.detail ?? '',
          ...view.body.next.flatMap((next) => [
            next.text,
            next.place === null ? '' : `${next.place.name} ${next.place.address} ${next.place.hours}`,
          ]),
        ],
        choices: [{ label: w('我知道了', 'Understood'), wish: { kind: 'confirm' }, main: true }],
      };
    case 'stopped':
      return {
        title: `${w('未完成 · 事件编号', 'Not finished · incident')} ${view.body.incident}`,
        lines: [view.body.happened, view.body.property, view.body.money, ...view.body.next.map((next) => next.text)],
        choices: [{ label: w('我已记下', 'I have noted it'), wish: { kind: 'noted' }, main: true }],
      };
    case 'out-of-service':
      return {
        title: w('暂停服务', 'Out of service'),
        lines: [view.body.why, ...view.body.works, view.body.hotline],
        choices: [],
      };
    case 'recovery':
      return {
        title: w('正在恢复', 'One moment'),
        lines: [
          w(
            '机器正在自检，您的证件和付款都有记录',
            'The machine is checking itself; your document and money are on record',
          ),
          view.body.incident ?? '',
        ],
        choices: [],
      };
    case 'maintenance':
      return { title: w('维护中', 'Maintenance'), lines: [], choices: [] };
    default:
      return view satisfies never;
  }
}

function told(view: View, code: string | null): string {
  const row = code === null ? undefined : errorRow(code);
  return (view.lang === 'en' ? row?.citizen?.en : row?.citizen?.zh) ?? '';
}
