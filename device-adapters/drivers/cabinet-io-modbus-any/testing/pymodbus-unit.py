"""A Modbus RTU unit on a serial line, answered by pymodbus: its framer, decoder, requests and data store.

Arguments: PORT UNIT. Standard input, one order a line:
  set FUNCTION ADDRESS VALUE...   what reads of that function (1 to 4) tell from there on
  tell FUNCTION ADDRESS COUNT     printed as a line "FUNCTION ADDRESS VALUE..."
  noise HEX                       these bytes go out before each answer; "noise" alone: none any more
Prints "ready" once the line is open, "did FUNCTION ADDRESS" for each write. Ends when its input closes.

pymodbus's own serial server wants another package (serial_asyncio); reading the port is all that is done here.
"""

import logging
import os
import select
import sys

import serial
from pymodbus.datastore import ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.factory import ServerDecoder
from pymodbus.framer.rtu_framer import ModbusRtuFramer


def cabinet():
    """The addresses of the reference cabinet; pymodbus answers all others with exception 02."""

    def block(*ranges):
        return ModbusSparseDataBlock({at: 0 for first, last in ranges for at in range(first, last + 1)})

    return ModbusSlaveContext(
        co=block((0, 2), (8, 8)),
        di=block((0, 15)),
        hr=block((0, 1), (16, 19)),
        ir=block((0, 6), (16, 18)),
        zero_mode=True,
    )


class Unit:
    def __init__(self, port, unit):
        self.line = serial.Serial(port, 9600, timeout=0)
        self.unit = unit
        self.store = cabinet()
        self.framer = ModbusRtuFramer(ServerDecoder())
        self.noise = b""

    def answer(self, request):
        reply = request.execute(self.store)
        reply.unit_id = request.unit_id
        reply.transaction_id = request.transaction_id
        if request.function_code in (5, 6, 15, 16) and reply.function_code < 0x80:
            print("did", request.function_code, request.address, flush=True)
        self.line.write(self.noise + self.framer.buildPacket(reply))

    def order(self, line):
        verb, *rest = line.split()
        if verb == "noise":
            self.noise = bytes.fromhex("".join(rest))
            return
        function, address, *values = map(int, rest)
        if verb == "set":
            self.store.setValues(function, address, values)
        else:
            told = self.store.getValues(function, address, values[0])
            print(function, address, *map(int, told), flush=True)

    def serve(self):
        print("ready", flush=True)
        pending = b""
        while True:
            for source in select.select([self.line, 0], [], [])[0]:
                if source == 0:
                    chunk = os.read(0, 65536)
                    if not chunk:
                        return
                    *lines, pending = (pending + chunk).split(b"\n")
                    for line in lines:
                        self.order(line.decode())
                else:
                    heard = self.line.read(256)
                    self.framer.processIncomingPacket(heard, self.answer, [self.unit])


# Exceptions that it answers are what the tests ask for, not news.
logging.disable(logging.CRITICAL)
try:
    Unit(sys.argv[1], int(sys.argv[2])).serve()
except serial.SerialException:
    sys.exit("the line is gone")
