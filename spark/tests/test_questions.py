"""Questions to a real kernel between cells: completion, a look at a name, variables, and the names of SQL."""

import time


def ask(client, kind, **content):
    message = client.client.session.msg(kind, content)
    client.client.shell_channel.send(message)
    while True:
        reply = client.client.get_shell_msg(timeout=30)
        if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
            return reply["content"]


def complete(client, code):
    return ask(client, "complete_request", code=code, cursor_pos=len(code))["matches"]


def test_a_name_is_completed_from_the_living_object_in_a_tenth_of_a_second(lonely_kernel):
    lonely_kernel.run("import pandas as pd\nharbour = pd.DataFrame({'tide_level': [1]})")
    complete(lonely_kernel, "harbour.")
    times = []
    for code, wanted in [("harbour.gro", ".groupby"), ("harbour.tide", ".tide_level"), ("pd.read_c", ".read_csv"), ("harb", "harbour")] * 3:
        begun = time.monotonic()
        assert wanted in complete(lonely_kernel, code)
        times.append(time.monotonic() - begun)
    assert sorted(times)[len(times) // 2] < 0.1


def test_questions_leave_no_trace(lonely_kernel):
    lonely_kernel.run("traceless = 1")
    before = lonely_kernel.run("print(len(In), sorted(globals()) == sorted(get_ipython().user_ns))").stream()
    ask(lonely_kernel, "dataharbour_variables_request")
    ask(lonely_kernel, "dataharbour_catalog_request")
    count = int(lonely_kernel.run("print(len(In))").stream())
    assert count == int(before.split()[0]) + 1
    names = [variable["name"] for variable in ask(lonely_kernel, "dataharbour_variables_request")["variables"]]
    assert "traceless" in names and not {"spark", "sql", "display", "In", "Out", "get_ipython", "pd"} & set(names)


def test_without_spark_the_catalog_is_empty_and_starts_none(lonely_kernel):
    assert ask(lonely_kernel, "dataharbour_catalog_request") == {"status": "ok", "tables": [], "isComplete": True}


def test_the_catalog_names_tables_views_and_columns_of_the_open_session(kernel):
    kernel.run('spark.range(3).withColumnRenamed("id", "knots").createOrReplaceTempView("fast_boats")')
    end = time.monotonic() + 30
    while not (found := ask(kernel, "dataharbour_catalog_request"))["isComplete"]:
        assert time.monotonic() < end
        time.sleep(0.1)
    tables = {(table["schema"], table["name"]): table for table in found["tables"]}
    assert tables[(None, "fast_boats")]["isView"]
    assert tables[(None, "fast_boats")]["columns"] == [{"name": "knots", "type": "bigint"}]
    assert "origin" in [column["name"] for column in tables[("samples", "flights")]["columns"]]


def test_a_frame_of_spark_is_a_variable_that_is_not_computed_for_the_list(kernel):
    kernel.run("lazy = spark.range(10**12).selectExpr('id', 'id * 2 as twice')")
    begun = time.monotonic()
    found = {variable["name"]: variable for variable in ask(kernel, "dataharbour_variables_request")["variables"]}
    assert time.monotonic() - begun < 1
    assert (found["lazy"]["type"], found["lazy"]["preview"]) == ("DataFrame", "not computed yet")
    kernel.run("lazy.columns")
    found = {variable["name"]: variable for variable in ask(kernel, "dataharbour_variables_request")["variables"]}
    assert (found["lazy"]["shape"], found["lazy"]["preview"]) == ("2 columns", "id, twice")
