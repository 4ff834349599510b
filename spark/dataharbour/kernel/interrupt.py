"""Stop in a cell also stops Spark: the interrupt reaches Python, and Python tells Spark."""


def stop_spark_on_interrupt(kernel):
    def handle(shell, etype, value, traceback, tb_offset=None):
        kernel.gate.interrupt()
        shell.showtraceback((etype, value, traceback), tb_offset=tb_offset)

    kernel.shell.set_custom_exc((KeyboardInterrupt,), handle)
