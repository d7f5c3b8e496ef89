import { theme as antdTheme, type ThemeConfig } from 'antd';

export const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** The component library in this page's colours (styles/tokens.css has the same ones; screens design A7, B). */
export function componentTheme(theme: Theme): ThemeConfig {
  const isDark = theme === 'dark';
  const action = isDark ? '#8ec5ff' : '#0a4a8f';
  return {
    algorithm: isDark ? antdTheme.darkAlgorithm : antdTheme.defaultAlgorithm,
    token: {
      fontFamily: 'var(--font)',
      colorPrimary: action,
      colorLink: action,
      colorBgContainer: isDark ? '#141d29' : '#ffffff',
      colorText: isDark ? '#f1f5f9' : '#14263b',
      colorTextPlaceholder: isDark ? '#a9b7c6' : '#52647b',
      colorBorder: isDark ? '#8a9bae' : '#5b6b7f',
      colorErrorBg: isDark ? '#2d171b' : '#fdeeee',
      colorErrorBorder: isDark ? '#ff7b72' : '#c0232c',
      colorError: isDark ? '#ffa9a3' : '#94141f',
      borderRadius: 8,
      controlHeight: 44,
      fontSize: 16,
      motion: false,
    },
    components: {
      Segmented: {
        trackBg: isDark ? '#2b3949' : '#e4e0d6',
        itemColor: isDark ? '#c3cfdb' : '#3f5068',
        itemSelectedBg: action,
        itemSelectedColor: isDark ? '#0a1622' : '#ffffff',
      },
      Button: {
        primaryColor: isDark ? '#0a1622' : '#ffffff',
        fontWeight: 600,
        primaryShadow: 'none',
        defaultShadow: 'none',
      },
    },
  };
}
