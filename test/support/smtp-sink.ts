/** The demo's SMTP server serves the tests too. */
export { createSmtpSink, type SinkMail, type SinkMode, type SmtpSink } from '../../src/cli/smtp-sink.ts';
