/**
 * What only a user's command, a notification and an agent's question need: a bundle of its own, which is loaded when there is one for the first
 * time.
 */
export { diagnoseForAgent } from './agents/diagnosis-for-agent.ts';
export { unapprovedKeeping } from './connect/keep-connection.ts';
export { clearScreen } from './sinks/messages.ts';
export { showAnnouncement } from './status/announcement.ts';
export { showKeptInMemory } from './status/kept-in-memory.ts';
export { showProblem } from './status/problem-message.ts';
export { windowCommands } from './window-commands.ts';
