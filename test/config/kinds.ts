import type { SourceKind } from '#config/source-kind.ts';
import { addressSchema as modbusAddress } from '#drivers/modbus/address.ts';
import { optionsSchema as modbusOptions } from '#drivers/modbus/schema.ts';
import { addressSchema as opcuaAddress } from '#drivers/opcua/address.ts';
import { optionsSchema as opcuaOptions } from '#drivers/opcua/schema.ts';

/** The schemas of the real drivers, without the drivers: test data shows what an integrator would write. */
export const realKinds: readonly SourceKind[] = [
  { kind: 'opcua', summary: 'OPC UA', schema: opcuaOptions, address: opcuaAddress },
  { kind: 'modbus', summary: 'Modbus', schema: modbusOptions, address: modbusAddress },
];
