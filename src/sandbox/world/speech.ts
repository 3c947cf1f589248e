/** What people say on the telephone, made up; with all that hurts HTML and CSV: tags, ampersands, quotes, emoji. */
export const AGENT_LINES = [
  'Thank you for calling Brightline, how can I help?',
  'Let me look that up for you, one moment please.',
  'I can see the order here, it left our warehouse on Tuesday.',
  'So that is 3 < 5 licences, R&D included, correct?',
  'I will send you the "getting started" guide by e-mail.',
  'Could you spell that for me, please?',
  'You can find it under Settings > Billing & invoices.',
  'That is a known issue, our engineers are working on it.',
  "No, that's not charged twice, it's a pre-authorisation.",
  'Perfect 👍 then I will book you in for Thursday at ten.',
] as const

export const CUSTOMER_LINES = [
  'Hi, I am calling about our invoice from last month.',
  'Okay,',
  'The page says <b>Access denied</b> when I log in.',
  "Yes, that's right.",
  'We are Müller & Söhne, “the ones from the fair”.',
  'Hmm, our budget is > 10,000 but < 20,000 a year.',
  'Could you repeat that? The line is bad.',
  "Okay, I guess that's enough.",
  'My colleague said it works for her 🎉, only not for me.',
  'And what happens to our data if we cancel?',
  'É possível falar com alguém em português?',
] as const

export const MACHINE_LINES = [
  'You are speaking with the automated assistant. What is this call about?',
  'I will connect you with a colleague now.',
] as const

export const VOICEMAIL_LINES = [
  'Hello, you have not reached me, so I leave a message.',
  'Please call me back about the contract renewal & the new prices.',
  'It is not urgent, any time before Friday is fine. "Bye now!"',
] as const

export const SUMMARY_LINES = [
  'The customer asked about last month\u2019s invoice. The agent sent the details by e-mail.',
  'The customer cannot log in (<b>Access denied</b>).\nThe agent passed it on to engineering.',
  'They talked about 5 more licences, R&D included, and agreed on a meeting on Thursday.',
] as const

export const TOPICS = ['billing', 'payment', 'log-in', 'renewal', 'onboarding', 'R&D licences'] as const

export const ACTION_LINES = [
  'Send the offer again',
  'Call back on Thursday',
  'Ask engineering about "Access denied"',
] as const

export const NOTE_LINES = [
  'Wants a call back on Monday.',
  'Renewal at risk: budget < 10,000.\nAsk Müller & Söhne again in Q3.',
  'Sent the "getting started" guide.',
] as const
