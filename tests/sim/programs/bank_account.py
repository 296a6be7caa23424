"""A bank with accounts, overdrafts and a ledger."""


class InsufficientFunds(Exception):
    def __init__(self, needed, available):
        super().__init__(f"need {needed}, have {available}")
        self.needed = needed
        self.available = available

    @property
    def missing(self):
        return self.needed - self.available


class Account:
    bank_name = "First Heap"
    _count = 0

    def __init__(self, owner, balance=0):
        self.owner = owner
        self._balance = balance
        self.history = []
        Account._count += 1
        self.number = Account._count

    @property
    def balance(self):
        return self._balance

    @balance.setter
    def balance(self, value):
        if value < 0:
            raise ValueError("negative balance")
        self._balance = value

    @classmethod
    def opened(cls):
        return cls._count

    @staticmethod
    def valid(amount):
        return isinstance(amount, (int, float)) and amount > 0

    def deposit(self, amount):
        if not self.valid(amount):
            raise TypeError(f"bad amount: {amount!r}")
        self._balance += amount
        self.history.append(("in", amount))

    def withdraw(self, amount):
        if amount > self._balance:
            raise InsufficientFunds(amount, self._balance)
        self._balance -= amount
        self.history.append(("out", amount))

    def __repr__(self):
        return f"{type(self).__name__}({self.owner!r}, {self._balance})"

    def __lt__(self, other):
        return self._balance < other._balance


class Savings(Account):
    rate = 0.05

    def add_interest(self):
        self.deposit(round(self.balance * self.rate, 2))


accounts = [Account("Ann", 100), Savings("Bob", 50), Account("Cleo")]
for account in accounts:
    account.deposit(10)
accounts[1].add_interest()
print(sorted(accounts))
print(max(accounts), min(accounts, key=lambda a: a.balance))
try:
    accounts[2].withdraw(500)
except InsufficientFunds as e:
    print(type(e).__name__, e, e.missing, e.args)
try:
    accounts[0].deposit("much")
except TypeError as e:
    print("TypeError:", e)
try:
    accounts[0].balance = -1
except ValueError as e:
    print("ValueError:", e)
try:
    accounts[0].nope
except AttributeError as e:
    print("AttributeError:", e)
try:
    Account()
except TypeError as e:
    print("TypeError:", e)
print(Account.opened(), Savings.opened(), Savings.bank_name)
print({a.owner: a.history for a in accounts})
print(issubclass(Savings, Account), isinstance(accounts[1], Savings), Savings.__mro__)
print(vars(accounts[2]))
accounts[2].__dict__["owner"] = "Dora"
print(accounts[2], hasattr(accounts[2], "rate"), getattr(accounts[2], "rate", None))
for name, value in sorted(vars(accounts[0]).items()):
    print(f"{name:>10} = {value!s:<12}|")
