import type { Scene } from './scene.ts';

/** `before` and `after` the connection, and during it. */
export type Phase = 'before' | 'connected' | 'after';

/** How one way starts Python. */
export interface Start {
  readonly scene: Scene;
  readonly phase: Phase;
  readonly python: string;
  /** To be run with `python`: the script, and what it is given. */
  readonly script: readonly string[];
  /** A folder of this start's own. */
  readonly folder: string;
}

export interface Result {
  readonly name: string;
  /** A run at the address of the environment is complete at the tracking server. */
  readonly envUri: boolean;
  /** The same at the address that the code names. */
  readonly hardCoded: boolean;
  /** What a second tracking server was asked, field for field, with the connection and without. */
  readonly otherServer: 'equal' | 'different' | 'not asked';
  /** Environment and requests of what is started after the connection, and of what was started before it. */
  readonly afterDisconnect: 'as before' | 'different' | 'not asked';
  /** What a person sees where it does not work. */
  readonly said?: string;
}

export type Expected = Omit<Result, 'name' | 'said'> & { readonly said?: RegExp };

export interface Way {
  readonly name: string;
  readonly expected: Expected;
  /** Why it cannot be had here. */
  readonly cannot?: string;
  start(start: Start): Promise<unknown>;
}

export const works: Expected = {
  envUri: true,
  hardCoded: true,
  otherServer: 'equal',
  afterDisconnect: 'as before',
};

/** Python does not see the package. */
export const byAddressOnly: Expected = { ...works, hardCoded: false, otherServer: 'different' };

/** Nothing of the connection is known there. */
export const notReached: Expected = { ...works, envUri: false, hardCoded: false };
