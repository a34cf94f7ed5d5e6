/** What the views of the side bar show: a bundle of its own, which is loaded when somebody sees one of them. */
export { connectionView } from './connection-view.ts';
export { runsView } from './runs-view.ts';
