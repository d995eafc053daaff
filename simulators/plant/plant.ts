import { compressorAtRest, stepCompressor, type Compressor } from './compressor.ts';
import { extractionAtRest, stepExtraction, type Extraction } from './extraction.ts';
import { gasCloudAtRest, stepGasCloud, type GasCloud } from './gas-cloud.ts';
import type { Handles } from './handles.ts';
import { hydrogenationAtRest, stepHydrogenation, HYDROGENATION_VOLUME, type Hydrogenation } from './hydrogenation.ts';
import { loadingAtRest, stepLoading, type Loading } from './loading.ts';
import { oxidationAtRest, stepOxidation, type Oxidation } from './oxidation.ts';
import { stepStorageTank, storageTankAtRest, type StorageTank } from './storage-tank.ts';
import { stepSurroundings, surroundingsAtRest, type Surroundings } from './surroundings.ts';
import { stepWorkingSolution, workingSolutionAtRest, type WorkingSolution } from './working-solution.ts';

/**
 * A hydrogen-peroxide unit by the anthraquinone process (27.5 %, some 80 kt a year) and its tank farm.
 *
 * ```
 *  C-1501 ─ H₂ header ─► T-1101 ─► V-1103 ─► T-1201 ─► T-1301 ─► TK-2101 │ TK-2102 ─► L-2201
 *                          ▲   hydrogenation  oxidation  extraction     storage      loading
 *                          └──── P-1401 ◄── V-1401 ◄───────┘ working solution goes round
 * ```
 */
export interface Plant {
  readonly compressor: Compressor;
  readonly hydrogenation: Hydrogenation;
  readonly workingSolution: WorkingSolution;
  readonly oxidation: Oxidation;
  readonly extraction: Extraction;
  readonly tank1: StorageTank;
  readonly tank2: StorageTank;
  readonly loading: Loading;
  readonly gasCloud: GasCloud;
  readonly surroundings: Surroundings;
}

export const plantAtRest: Plant = {
  compressor: compressorAtRest,
  hydrogenation: hydrogenationAtRest,
  workingSolution: workingSolutionAtRest,
  oxidation: oxidationAtRest,
  extraction: extractionAtRest,
  tank1: storageTankAtRest(82_000, true),
  tank2: storageTankAtRest(104_000, false),
  loading: loadingAtRest,
  gasCloud: gasCloudAtRest,
  surroundings: surroundingsAtRest,
};

/** Nm³ of hydrogen in a kg. */
const HYDROGEN_NORMAL_VOLUME = 11.12;

/** The plant `dt` seconds later. Pure. Steps of up to 1 s keep every balance stable; the runner takes 0.25 s. */
export const stepPlant = (from: Plant, handles: Handles, dt: number): Plant => {
  const { hydrogenation, workingSolution, oxidation, extraction, tank1, tank2, surroundings } = from;
  // A leak gives what the header still can.
  const leakRate = handles['leak.rate'] * Math.min(1, from.compressor.header / 300);
  const compressor = stepCompressor(
    from.compressor,
    {
      run: handles['C-1501.run'],
      imbalance: handles['C-1501.imbalance'],
      demand: hydrogenation.hydrogenFlow + leakRate * 3600 * HYDROGEN_NORMAL_VOLUME,
    },
    dt,
  );
  const nextWorkingSolution = stepWorkingSolution(
    workingSolution,
    {
      runA: handles['P-1401A.run'],
      runB: handles['P-1401B.run'],
      runLiquor: handles['P-1103.run'],
      returnFlow: oxidation.outFlow,
      returnTemperature: extraction.temperature + 3,
      liquorIn: hydrogenation.outFlow,
      liquorInTemperature: hydrogenation.temperature,
      liquorInEfficiency: hydrogenation.efficiency,
      accepted: hydrogenation.volume >= HYDROGENATION_VOLUME ? hydrogenation.outFlow : Number.POSITIVE_INFINITY,
      coolingWater: handles['CW.supply'],
    },
    dt,
  );
  const air = handles['instrument-air.supply'];
  const product = productSplit(from);
  const tankInput = { temperatureIn: 34, ambient: handles['ambient.temperature'] };
  return {
    compressor,
    workingSolution: nextWorkingSolution,
    hydrogenation: stepHydrogenation(
      hydrogenation,
      {
        flow: nextWorkingSolution.flow,
        temperature: workingSolution.temperature,
        header: compressor.header,
        hydrogenOpen: handles['XV-1101.open'],
        outletOpen: handles['XV-1102.open'],
        catalyst: handles['T-1101.catalyst'],
        interlockBypass: handles['T-1101.interlock-bypass'],
      },
      dt,
    ),
    oxidation: stepOxidation(
      oxidation,
      {
        flow: nextWorkingSolution.liquorFlow,
        temperature: workingSolution.liquorTemperature,
        efficiency: workingSolution.liquorEfficiency,
        airOpen: handles['XV-1201.open'],
        coolingWater: handles['CW.supply'],
        coolingTemperature: surroundings.coolingWaterTemperature,
      },
      dt,
    ),
    extraction: stepExtraction(
      extraction,
      {
        flow: oxidation.outFlow,
        peroxide: oxidation.peroxide,
        temperature: oxidation.temperature,
        waterSupply: handles['process-water.supply'],
        outletOpen: handles['XV-1301.open'],
        canSend: product.total > 0.05,
      },
      dt,
    ),
    tank1: stepStorageTank(
      tank1,
      {
        ...tankInput,
        inletOpen: handles['XV-2101.open'] * air,
        inletFriction: handles['XV-2101.friction'],
        outletOpen: handles['XV-2103.open'] * air,
        outletFriction: handles['XV-2103.friction'],
        waterIn: extraction.productWater * product.tank1,
        peroxideIn: extraction.productPeroxide * product.tank1,
        drawn: from.loading.flow * draw(tank1, tank2),
        dilution: handles['TK-2101.dilution'],
        contamination: handles['TK-2101.contamination'],
      },
      dt,
    ),
    tank2: stepStorageTank(
      tank2,
      {
        ...tankInput,
        inletOpen: handles['XV-2102.open'] * air,
        inletFriction: handles['XV-2102.friction'],
        outletOpen: handles['XV-2104.open'] * air,
        outletFriction: handles['XV-2104.friction'],
        waterIn: extraction.productWater * product.tank2,
        peroxideIn: extraction.productPeroxide * product.tank2,
        drawn: from.loading.flow * draw(tank2, tank1),
        dilution: handles['TK-2102.dilution'],
        contamination: handles['TK-2102.contamination'],
      },
      dt,
    ),
    loading: stepLoading(
      from.loading,
      {
        enabled: handles['L-2201.enabled'],
        grounding: handles['L-2201.grounding'],
        emergencyStop: handles['L-2201.emergency-stop'],
        tankValve: Math.min(1, tank1.outletValve + tank2.outletValve),
        available: tank1.outletValve * stored(tank1) + tank2.outletValve * stored(tank2),
      },
      dt,
    ),
    gasCloud: stepGasCloud(
      from.gasCloud,
      {
        rate: leakRate,
        x: handles['leak.x'],
        y: handles['leak.y'],
        windSpeed: surroundings.windSpeed,
        windFrom: surroundings.windFrom,
      },
      dt,
    ),
    surroundings: stepSurroundings(
      surroundings,
      {
        coolingWater: handles['CW.supply'],
        coolingTemperature: handles['CW.temperature'],
        windSpeed: handles['wind.speed'],
        windFrom: handles['wind.from'],
        ambient: handles['ambient.temperature'],
        storm: handles['storm.nearness'],
        vented: [tank1.ventFlow, tank2.ventFlow],
      },
      dt,
    ),
  };
};

const stored = (tank: StorageTank): number => tank.water + tank.peroxide;

/** How the product divides between the open inlet valves; `total` 0 means that it can go nowhere. */
const productSplit = ({ tank1, tank2 }: Plant): { tank1: number; tank2: number; total: number } => {
  const total = tank1.inletValve + tank2.inletValve;
  return total > 0
    ? { tank1: tank1.inletValve / total, tank2: tank2.inletValve / total, total }
    : { tank1: 0, tank2: 0, total };
};

/** This tank's part of what the loading pump draws. */
const draw = (tank: StorageTank, other: StorageTank): number =>
  tank.outletValve > 0 ? tank.outletValve / (tank.outletValve + other.outletValve) : 0;
