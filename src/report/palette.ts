/**
 * PURE. Colours of the charts. A chart is drawn with the light ones; the style sheet turns each into its
 * dark partner by an attribute selector, so the same SVG serves both. All have 3:1 against their ground
 * (WCAG 1.4.11) and neighbours differ in lightness too, for readers who do not see hue.
 */
export const CHART_TONES = [
  { light: '#14695a', dark: '#4fc9ae' },
  { light: '#d0782b', dark: '#f4b06c' },
  { light: '#5a5fc7', dark: '#a9adff' },
  { light: '#a8325e', dark: '#ff9dbd' },
  { light: '#2b7bb0', dark: '#86c8f2' },
  { light: '#74782a', dark: '#d0d47e' },
  { light: '#8c4a9e', dark: '#dba6ea' },
  { light: '#8a5a3c', dark: '#d9b394' },
  { light: '#3d7f3a', dark: '#95d691' },
  { light: '#6b7280', dark: '#c3cad3' },
] as const

export const CHART_INK = { light: '#56626e', dark: '#a6b3bf' } as const
export const CHART_LINE = { light: '#e3e7e9', dark: '#2c3742' } as const
