import pytest

from crm_widgets.data.parsing.headers import assign, named
from crm_widgets.errors import InputError


@pytest.mark.parametrize(
    ("role", "headers"),
    [
        (
            "customer",
            "CustomerID,customer_id,Customer Number,client,client_id,user_id,userId,member_no,"
            "cust_id,account_id,Customer,客户ID,会员编号,用户ID,客户编号,顾客编号,会员卡号,用户id,客户",
        ),
        (
            "time",
            "InvoiceDate,order_date,date,Order Time,order_purchase_timestamp,transaction_date,"
            "created_at,event_time,purchase_date,timestamp,订单日期,下单时间,日期,交易时间,支付时间,购买日期",
        ),
        (
            "amount",
            "amount,revenue,sales,total,Total Amount,order_total,payment_value,net_sales,spend,"
            "amount_usd,实付金额,金额,订单金额,消费金额,销售额,实付金额（元）,总价",
        ),
        (
            "order",
            "order_id,InvoiceNo,invoice_number,transaction_id,Order No.,订单号,订单编号,交易单号",
        ),
        ("product", "product,product_id,sku,StockCode,item_id,商品,商品名称,产品编号"),
    ],
)
def test_headers_of_english_and_chinese_logs_are_known(role, headers):
    kind = {"time": "time", "amount": "number"}.get(role, "category")
    for header in headers.split(","):
        assert named(role, {"x1": "category", header: kind, "x2": "number"}) == header, header


@pytest.mark.parametrize(
    "header",
    ["customer_name", "country", "UnitPrice", "quantity", "ship_mode", "客户姓名", "城市", "数量"],
)
def test_other_headers_play_no_role(header):
    for role in ("customer", "time", "amount", "order", "product"):
        assert named(role, {header: "category"}) is None


def test_a_surer_header_wins_over_a_looser_one():
    kinds = {"date": "category", "order_date": "category", "ship_date": "time"}
    assert named("time", kinds) == "order_date"
    assert named("amount", {"金额": "number", "实付金额": "number"}) == "实付金额"


def test_type_decides_between_equally_good_headers():
    assert named("time", {"date": "time", "time": "category"}) == "date"


def test_a_type_alone_leaves_no_doubt_when_it_occurs_once():
    kinds = {"customer_id": "number", "when_bought": "time", "x": "number", "note": "category"}
    assert assign({}, kinds) == {"customer": "customer_id", "time": "when_bought", "amount": "x"}


def test_doubt_is_an_error_that_lists_the_candidates():
    kinds = {"customer_id": "number", "date": "time", "revenue": "number", "sales": "number"}
    with pytest.raises(InputError, match=r"amount=… to one of: 'revenue', 'sales'"):
        assign({}, kinds)
    kinds = {"a": "category", "b": "number", "date": "time", "amount": "number"}
    with pytest.raises(InputError, match=r"customer=… to one of: 'a', 'b', 'amount'"):
        assign({}, kinds)
    kinds = {"customer_id": "number", "t": "category", "amount": "number"}
    with pytest.raises(InputError, match=r"time=… to one of: 't', 'amount'"):
        assign({}, kinds)


def test_a_quantity_is_not_taken_for_money():
    kinds = {"customer_id": "number", "date": "time", "quantity": "number"}
    with pytest.raises(InputError, match="amount=…"):
        assign({}, kinds)


def test_a_price_and_a_quantity_are_to_be_multiplied_by_the_analyst():
    kinds = {
        "CustomerID": "number",
        "InvoiceDate": "time",
        "Quantity": "number",
        "UnitPrice": "number",
    }
    with pytest.raises(InputError, match=r"frame\['Quantity'\] \* frame\['UnitPrice'\]"):
        assign({}, kinds)


def test_a_log_may_have_no_amount():
    kinds = {"customer_id": "number", "date": "time", "page": "category"}
    assert assign({}, kinds) == {"customer": "customer_id", "time": "date"}


def test_named_roles_are_not_inferred_again():
    kinds = {"order_date": "time", "ship_date": "time", "customer_id": "number", "amount": "number"}
    found = assign({"time": "ship_date"}, kinds)
    assert found["time"] == "ship_date"


def test_a_column_cannot_have_two_roles_and_must_exist():
    kinds = {"customer_id": "number", "date": "time", "amount": "number"}
    with pytest.raises(InputError, match="two roles"):
        assign({"customer": "date", "time": "date"}, kinds)
    with pytest.raises(InputError, match=r"'custmer_id'. Columns: 'customer_id'"):
        assign({"customer": "custmer_id"}, kinds)
