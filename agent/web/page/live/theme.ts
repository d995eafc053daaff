import { ref, watchEffect } from 'vue';

const STORED = 'firewatch.theme';

/** As somebody chose; else as the browser prefers. */
export const isDark = ref(
  (localStorage.getItem(STORED) ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark',
);

watchEffect(() => {
  document.documentElement.dataset['theme'] = isDark.value ? 'dark' : 'light';
});

export function switchTheme(): void {
  isDark.value = !isDark.value;
  localStorage.setItem(STORED, isDark.value ? 'dark' : 'light');
}
