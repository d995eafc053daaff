import { shallowRef } from 'vue';
import type { Addition } from '../parts/with-addition.ts';

/** On its way from where it was found to the configuration, which takes it when it is opened. */
export const configAddition = shallowRef<Addition>();
