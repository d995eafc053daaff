/**
 * How a simulated device says on the wire that it is one. Simulators put this text where real devices put their
 * vendor: OPC UA `BuildInfo.ManufacturerName`, Modbus device identification object 0 (VendorName), and so on. A driver
 * that meets it sets `Flag.sim` on every sample, whatever the configuration says: an integrator who forgets
 * `simulated: true` still can't send simulated data for real.
 */
export const SIMULATOR_VENDOR = 'Firewatch Simulator';
