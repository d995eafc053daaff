"""An independent Modbus server (pymodbus) for tests.

Usage: pymodbus_server.py tcp | rtu-over-tcp | rtu PATH

Prints one line when it is ready: the port, or the path. Holding register r of unit u holds u * 256 + r for r below
200, except 50 and 120, which do not exist. Input registers 10 and 11 hold the float 40.0 with the words swapped.
Coils and discrete inputs are true where the address is a multiple of three.
"""

import asyncio
import sys

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext
from pymodbus.datastore.store import BaseModbusDataBlock
from pymodbus.device import ModbusDeviceIdentification
from pymodbus.server.async_io import ModbusSerialServer, ModbusTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

HOLES = (50, 120)


class Block(BaseModbusDataBlock):
    def __init__(self, size, value, holes=()):
        self.size, self.value, self.holes = size, value, holes

    def validate(self, address, count=1):
        return address + count <= self.size and not any(address <= hole < address + count for hole in self.holes)

    def getValues(self, address, count=1):
        return [self.value(at) for at in range(address, address + count)]


def unit(number):
    floats = {10: 0x0000, 11: 0x4220}
    return ModbusSlaveContext(
        di=Block(300, lambda at: at % 3 == 0),
        co=Block(300, lambda at: at % 3 == 0),
        ir=Block(200, lambda at: floats.get(at, 0)),
        hr=Block(200, lambda at: number * 256 + at, HOLES),
        zero_mode=True,
    )


async def main():
    context = ModbusServerContext(slaves={1: unit(1), 2: unit(2)}, single=False)
    identity = ModbusDeviceIdentification(info_name={"VendorName": "pymodbus", "ProductCode": "test"})
    kind = sys.argv[1]
    if kind == "rtu":
        server = ModbusSerialServer(
            context, framer=ModbusRtuFramer, identity=identity, port=sys.argv[2], baudrate=9600, ignore_missing_slaves=True
        )
        await server.start()
        print(sys.argv[2], flush=True)
        await server.serve_forever()
        return
    framer = ModbusRtuFramer if kind == "rtu-over-tcp" else ModbusSocketFramer
    server = ModbusTcpServer(
        context, framer=framer, identity=identity, address=("127.0.0.1", 0), ignore_missing_slaves=True
    )
    serving = asyncio.create_task(server.serve_forever())
    await server.serving
    print(server.server.sockets[0].getsockname()[1], flush=True)
    await serving


asyncio.run(main())
