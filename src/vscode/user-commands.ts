/** What only a user's command needs: a bundle of its own, which is loaded when one is run for the first time. */
export { refreshSecret, wantsToRevoke } from './connect/answered-commands.ts';
export { changeSetting } from './connect/change-setting.ts';
export { connectFlow } from './connect/connect-flow.ts';
export { enterCredential, forgetCredential } from './connect/credential-commands.ts';
export { copyEnvironment } from './copy-environment.ts';
export { checkTrackingServer } from './diagnosis/check-tracking-server.ts';
export { showActions } from './status/actions-menu.ts';
export { showDisconnected } from './status/connection-messages.ts';
export { diagnose } from './diagnosis/diagnose.ts';
