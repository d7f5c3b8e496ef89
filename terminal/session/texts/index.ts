import type { Language } from '@yimen/contracts/ui';
import { en } from './en.ts';
import type { SessionTexts } from './session-texts.ts';
import { zhCn } from './zh-cn.ts';

export const SESSION_TEXTS: Readonly<Record<Language, SessionTexts>> = { 'zh-CN': zhCn, en };
export type { SessionTexts } from './session-texts.ts';
