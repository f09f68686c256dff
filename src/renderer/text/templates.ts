/** What messages with a fixed form say around themselves; what they say themselves comes from the policy. */
export const TEMPLATE_TEXT = {
  title: 'Message from a template',
  open: 'Message from a template',
  which: 'Template',
  preview: 'The message',
  send: 'Send',
  sending: 'Sending…',
  clear: 'Clear',
  labelNeeded: 'Choose a label beside the message field (Ctrl+Shift+L) first. The policy asks for one here.',
  kept: 'What you fill in is kept until you send or clear it.',
  offline: 'Not connected: the message waits on this computer and goes out when the connection is back.',
} as const;
