"""Reads the simulated PLC with a client that Firewatch has no part in. Prints one JSON object."""
import json
import struct
import sys

from pymodbus.client import ModbusTcpClient
from pymodbus.mei_message import ReadDeviceInformationRequest

host, port = sys.argv[1].split(":")
client = ModbusTcpClient(host, port=int(port))
assert client.connect()

floats = client.read_input_registers(0, count=12, slave=1).registers
swapped = [struct.unpack(">f", struct.pack(">HH", floats[i + 1], floats[i]))[0] for i in range(0, 12, 2)]
loading = client.read_holding_registers(0x100, count=8, slave=1).registers
identify = ReadDeviceInformationRequest(read_code=1, object_id=0)
identify.unit_id = 1
print(
    json.dumps(
        {
            "tank1": swapped,
            "phase": loading[0],
            "status": loading[1],
            "flow": struct.unpack(">f", struct.pack(">HH", loading[2], loading[3]))[0],
            "batch": loading[4] << 16 | loading[5],
            "total": loading[7] << 16 | loading[6],
            "gas": client.read_holding_registers(0x200, count=8, slave=1).registers,
            "coils": client.read_coils(0, count=8, slave=1).bits[:8],
            "discretes": client.read_discrete_inputs(0, count=2, slave=1).bits[:2],
            "hole": client.read_holding_registers(0x1F0, count=1, slave=1).exception_code,
            "writeRegister": client.write_register(0x100, 7, slave=1).exception_code,
            "writeCoil": client.write_coil(0, True, slave=1).exception_code,
            "strangeUnit": client.read_holding_registers(0x100, count=1, slave=9).exception_code,
            "identity": {str(key): text.decode() for key, text in client.execute(identify).information.items()},
        }
    )
)
client.close()
