import { t } from '../words/words.ts';

/** As the standard grades the kind: 0 is the special one. */
export const gradeText = (grade: number | null): string =>
  grade === null ? '' : grade === 0 ? t('work.grade-special') : t('work.grade', { grade });
