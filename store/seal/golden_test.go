package seal

// Golden bytes of file format 0: computed by another implementation, never by this one.
const (
	goldenAAD    = "0000001063617365726f6f6d2f302f76616c756500000020a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1000000080102030405060708000000080000000000000003000000017200000018303132333435363738396162636465666768696a6b6c6d6e000000080000000000000007"
	goldenKCV    = "1a54422ecc22eb280138b470c033aa04709e8f02f58a9de122eeaf564f1c2bb2"
	goldenName   = "7ad850bc57eb359816f12c783f2c8ceb"
	goldenNone   = "4d951c5f24ca49995ddb4a0db0e57616"
	goldenSlotID = "305fe460f95988ea8e01120b345fe763"
)

// Bytes that were printed once and must stay.
const (
	goldenSlotKeyID = "fbfdcf1aea4948d7"
	goldenBox       = "ece8bcb5f29293e4abfadf0f003bea65e8835e59cdeb5e9a9dbd346ee451f158"
	goldenSlotWords = "quilt cardigan ocean candle pelican daffodil"
	goldenPublic    = "21dcd9e6990e2d4e12bf97988f7f71d1bd502087403cc3fc6a68c69305970d99"
	goldenKeyID     = "0960260afd8c1eca"
	goldenRecovery  = "EHM6 JWKM F4PQ 8XVF 41H7 JX35 ECG6 YSH0 E1GQ 0SBJ 41SP ARVJ CNT0 10F7 W7KA"
	goldenSheet     = "EHM2 6JWQ KMFA 4PQV\n8XVX F413 H7JN X35A\nECGG 6YSQ H0E9 1GQ6\n0SBQ J415 SPA2 RVJD\nCNTK 0G74 KY3F SN0F" // computed by another implementation
)
