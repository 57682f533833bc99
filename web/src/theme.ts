/** One accent, one type scale; colours come from tokens.css. */

import { Button, type CSSVariablesResolver, SegmentedControl, createTheme } from '@mantine/core';

export const theme = createTheme({
  fontFamily: "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif",
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 7 },
  colors: {
    accent: ['#eef1fd', '#dbe1fa', '#b7c3f5', '#93a6ff', '#7389ee', '#5870e4', '#4560da', '#3451d1', '#2b45b6', '#22389a'],
    dark: ['#e7e9ec', '#c3c8cf', '#9ba4b0', '#6b7480', '#343a43', '#282d34', '#1b1f24', '#16191d', '#121418', '#0d0f12'],
  },
  defaultRadius: 6,
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '28px' },
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '20px', lineHeight: '28px' }, h2: { fontSize: '14px', lineHeight: '20px' } } },
  focusRing: 'auto',
  components: {
    Button: Button.extend({ styles: { label: { fontWeight: 500 } } }),
    SegmentedControl: SegmentedControl.extend({ styles: { label: { fontWeight: 400 } } }),
  },
});

const shared = {
  '--mantine-color-body': 'var(--panel)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--muted)',
  '--mantine-color-default': 'var(--panel)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-border': 'var(--line)',
  '--mantine-color-placeholder': 'var(--muted)',
  '--mantine-color-error': 'var(--bad)',
  '--mantine-color-anchor': 'var(--accent)',
};

export const variables: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });
