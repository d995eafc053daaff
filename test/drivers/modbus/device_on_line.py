"""A Modbus RTU device on a serial line that is as slow as its baud rate (a pty itself knows no speed).

Usage: device_on_line.py PATH BAUD

Answers function code 3 of every unit with zeros, byte by byte at the line's speed, after the silence that ends a frame.
Prints "ready" when it listens.
"""

import os
import sys
import time
import tty

path, baud = sys.argv[1], int(sys.argv[2])
character = 10 / baud
silence = max(3.5 * character, 0.00175)
line = os.open(path, os.O_RDWR | os.O_NOCTTY)
tty.setraw(line)


def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc.to_bytes(2, "little")


def wait_until(moment):
    while (left := moment - time.monotonic()) > 0:
        time.sleep(left)


print("ready", flush=True)
pending = b""
while True:
    pending += os.read(line, 256)
    if len(pending) < 8:
        continue
    began = time.monotonic()
    request, pending = pending[:8], pending[8:]
    count = int.from_bytes(request[4:6], "big")
    reply = bytes([request[0], request[1], count * 2]) + bytes(count * 2)
    reply += crc16(reply)
    begin = began + 8 * character + silence
    for at in range(0, len(reply), 4):
        part = reply[at : at + 4]
        wait_until(begin + (at + len(part)) * character)
        os.write(line, part)
