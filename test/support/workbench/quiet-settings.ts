/** User settings without which a window shows, asks or sends what has nothing to do with what is tried. */
export const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  // A modal editor covers the window that the next step is in.
  'workbench.editor.useModal': 'off',
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'extensions.autoCheckUpdates': false,
  'git.enabled': false,
  'remote.autoForwardPorts': false,
  // The terminal's text is read from the page, so it must not be drawn on a canvas.
  'terminal.integrated.gpuAcceleration': 'off',
  'terminal.integrated.enablePersistentSessions': false,
  'terminal.integrated.stickyScroll.enabled': false,
  // Suggestions take the Enter key for themselves.
  'terminal.integrated.suggest.enabled': false,
} as const;
