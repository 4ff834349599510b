"""Stop in a cell also stops Spark: the interrupt reaches Python, and Python tells Spark. And it counts from the first
moment on, while the kernel still makes ready for the cell."""


def stop_spark_on_interrupt(kernel):
    def handle(shell, etype, value, traceback, tb_offset=None):
        kernel.gate.interrupt()
        shell.showtraceback((etype, value, traceback), tb_offset=tb_offset)

    kernel.shell.set_custom_exc((KeyboardInterrupt,), handle)
    stop_before_the_cell(kernel.shell)


def stop_before_the_cell(shell):
    """IPython takes an interrupt in a callback for the callback's own failure, and goes on with the cell."""
    trigger = shell.events.trigger

    def trigger_and_stop(event, *args, **given):
        if event not in ("pre_execute", "pre_run_cell"):
            return trigger(event, *args, **given)
        for callback in list(shell.events.callbacks[event]):
            try:
                callback(*args, **given)
            except Exception:
                shell.showtraceback()

    shell.events.trigger = trigger_and_stop
