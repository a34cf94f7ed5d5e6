/**
 * What only a user's command and a notification need: a bundle of its own, which is loaded when there is one for the first
 * time.
 */
export { unapprovedKeeping } from './connect/keep-connection.ts';
export { showAnnouncement } from './status/announcement.ts';
export { showKeptInMemory } from './status/kept-in-memory.ts';
export { showProblem } from './status/problem-message.ts';
export { windowCommands } from './window-commands.ts';
